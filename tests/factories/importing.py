"""Small catalogues as files have them, and what an import says of them."""

from courses.models import CourseVersion

HEADER = "code,title_vi,hours\n"
TWO_COURSES = HEADER + "IT1010,Tin học đại cương,150\nFL1010,Tiếng Anh I,75\n"


def counts(new: int = 0, changed: int = 0, unchanged: int = 0, refused: int = 0) -> str:
    rows = new + changed + unchanged + refused
    return f"Rows: {rows}. New: {new}. Changed: {changed}. Unchanged: {unchanged}. Refused: {refused}."


def the_version() -> CourseVersion:
    """Return the version made last of the only course."""
    return CourseVersion.objects.latest("number")
