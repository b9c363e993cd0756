"""Where the words of a well-known licence stand, for those who read a course by machine."""

import re

# Under these names, or as SPDX writes them ("CC-BY-SA-4.0"). 1.0 is left out: some of its licences have another name.
# Source: Creative Commons, "CC Licenses", creativecommons.org/share-your-work/cclicenses; SPDX License List 3.27.
_ATTRIBUTION = re.compile(
    r"CC[ -]BY(?P<more>(?:[ -]NC)?(?:[ -](?:SA|ND))?)[ -](?P<version>2\.0|2\.5|3\.0|4\.0)", re.IGNORECASE
)
_NO_RIGHTS_RESERVED = re.compile(r"CC0(?:[ -]1\.0)?", re.IGNORECASE)


def address_of(licence: str) -> str:
    """Return the address of a Creative Commons licence by its name; nothing for any other words."""
    if _NO_RIGHTS_RESERVED.fullmatch(licence):
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    if found := _ATTRIBUTION.fullmatch(licence):
        terms = "by" + found["more"].lower().replace(" ", "-")
        return f"https://creativecommons.org/licenses/{terms}/{found['version']}/"
    return ""
