"""What templates of the catalogue draw with."""

from django import template
from django.utils.safestring import SafeString

from courses.queries.asked import Asked, marking

register = template.Library()


@register.filter
def marked(text: str, asked: Asked) -> SafeString:
    """``{{ version.title|marked:query.asked }}``: escaped, with the words that answer the question marked."""
    return marking.marked(text, asked.words_to_mark)
