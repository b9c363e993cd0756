"""
The drawings of the portal: icons on a 24-unit grid, and the ornaments taken from the Đông Sơn bronze drum.

Everything here is our own work and is constant text, so the template tags may hand it out as safe.
"""

from math import cos, pi, sin

ICONS = {
    "book": '<path d="M12 6c-2-1.5-5-2-8-2v14c3 0 6 .5 8 2 2-1.5 5-2 8-2V4c-3 0-6 .5-8 2zm0 0v14"/>',
    "cal": '<path d="M4 6h16v14H4zM4 10h16M8 3v5m8-5v5"/>',
    "call": (
        '<path d="M5 4h4l1.5 5-2.5 1.5a12 12 0 0 0 5.5 5.5L15 13.5l5 1.5v4c0 1-1 2-2 2A15 15 0 0 1 3 6c0-1 1-2 2-2z"/>'
    ),
    "chart": '<path d="M4 20h16M7 16v-5m5 5V6m5 10v-7"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
    "down": '<path d="M12 4v11m-5-4.5 5 5 5-5M5 20h14"/>',
    "edit": '<path d="m4 20 1-4.5L16.5 4 20 7.5 8.5 19z"/>',
    "file": '<path d="M6 3h8l4 4v14H6zm8 0v4h4"/>',
    "filter": '<path d="M4 6h16M7 12h10m-7 6h4"/>',
    "globe": '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c5 5.5 5 12.5 0 18-5-5.5-5-12.5 0-18z"/>',
    "home": '<path d="m4 11 8-7 8 7v9h-5v-6H9v6H4z"/>',
    "house": '<path d="M3 10c4 0 7-2 9-6 2 4 5 6 9 6M5.5 10v10h13V10M10 20v-5.5h4V20"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.5v.01"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="m11 12 8.5-8.5M16 7l3 3"/>',
    "leafy": '<path d="M5 20c0-9 5-14 15-15 0 10-5 15-12 15-1.5 0-2.5-.5-3-1.5M5 20c2-5 5-8 9-10"/>',
    "ledger": '<path d="M6 3h13v18H6a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM8 3v18M11.5 8H16m-4.5 4H16"/>',
    "link": (
        '<path d="M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.6 1.6M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 '
        '5.7 5.7l1.6-1.6"/>'
    ),
    "lite": '<path d="M3 10a13 13 0 0 1 18 0M6.5 13.5a8 8 0 0 1 11 0M12 18v.01"/>',
    "lock": '<path d="M6 11h12v9H6zm2.5 0V8a3.5 3.5 0 0 1 7 0v3"/>',
    "mail": '<path d="M3 6h18v13H3zm0 1 9 6.5L21 7"/>',
    "more": '<path d="M5 12v.01M12 12v.01M19 12v.01"/>',
    "next": '<path d="M5 12h14m-6-6 6 6-6 6"/>',
    "phone": '<path d="M7 3h10v18H7zM11 18h2"/>',
    "pin": '<path d="M12 21s7-6.2 7-11a7 7 0 0 0-14 0c0 4.8 7 11 7 11z"/><circle cx="12" cy="10" r="2.5"/>',
    "play": '<path d="M7 4.5v15l12-7.5z" fill="currentColor"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "prev": '<path d="M19 12H5m6-6-6 6 6 6"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>',
    "qr": '<path d="M4 4h6v6H4zm10 0h6v6h-6zM4 14h6v6H4zm10 0h2v2h-2zm4 0h2m-6 4h2v2m2-2h2v2"/>',
    "seal": '<circle cx="12" cy="9" r="6"/><path d="m8.5 14-1.5 7 5-2.5L17 21l-1.5-7M9.8 9l1.6 1.6 2.9-3.1"/>',
    "search": '<circle cx="11" cy="11" r="7"/><path d="m20 20-4-4"/>',
    "shield": '<path d="M12 3 5 6v5.5c0 4.5 3 7.5 7 9.5 4-2 7-5 7-9.5V6zm-3 9 2.2 2.2L15.5 10"/>',
    "sound": '<path d="M4 9.5v5h3.5L12 19V5L7.5 9.5zM16 9a4.2 4.2 0 0 1 0 6m2.5-8.5a8 8 0 0 1 0 11"/>',
    "star": '<path d="m12 3.5 2.6 5.5 6 .8-4.4 4.2 1.1 6-5.3-2.9L6.7 20l1.1-6L3.4 9.8l6-.8z"/>',
    "tick2": '<circle cx="12" cy="12" r="9"/><path d="m8 12.3 2.8 2.8L16 9.5"/>',
    "ticket": '<path d="M3 7h18v3.5a1.5 1.5 0 0 0 0 3V17H3v-3.5a1.5 1.5 0 0 0 0-3zM14.5 7v10"/>',
    "undo": '<path d="M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3"/>',
    "up": '<path d="M12 16V5m-5 4.5 5-5 5 5M5 20h14"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4 21c.6-4 4-6 8-6s7.4 2 8 6"/>',
    "users": (
        '<circle cx="9" cy="8" r="3.5"/><path d="M2 20c.5-3.7 3.3-5.5 7-5.5s6.5 1.8 7 5.5M15.5 4.8a3.5 3.5 0 '
        '0 1 0 6.4M18 15c2.2.7 3.6 2.4 4 5"/>'
    ),
    "warn": '<path d="M12 4 2.5 20h19zM12 10v5m0 2.5v.01"/>',
    "x": '<path d="m6 6 12 12M18 6 6 18"/>',
}


def star(outer: float, inner: float, points: int) -> str:
    """Return the path of a star round the origin, first point upwards."""
    corners = []
    for corner in range(2 * points):
        angle = pi * corner / points - pi / 2
        radius = inner if corner % 2 else outer
        corners.append(f"{radius * cos(angle):.1f} {radius * sin(angle):.1f}")
    return f"M{'L'.join(corners)}z"


LOGO = (
    '<svg viewBox="-20 -20 40 40" fill="none" stroke="currentColor" aria-hidden="true" focusable="false">'
    '<path d="M7.6-16.3A18 18 0 1 0 16.3-7.6" stroke-width="3" stroke-linecap="round"/>'
    '<circle r="12.4" stroke-width="3" pathLength="24" stroke-dasharray=".4 .6"/>'
    f'<path d="{star(8.2, 3.4, 8)}" fill="currentColor" stroke="none"/>'
    '<circle cx="13.3" cy="-13.3" r="2.6" fill="#d99a1c" stroke="none"/></svg>'
)

DRUM = (
    '<svg viewBox="-50 -50 100 100" stroke="currentColor" aria-hidden="true" focusable="false">'
    f'<path d="{star(16, 6, 10)}"/><circle r="21"/>'
    '<circle r="27" stroke-width="7" pathLength="48" stroke-dasharray=".25 .75"/><circle r="33"/><circle r="36"/>'
    '<circle r="42" stroke-width="7" pathLength="72" stroke-dasharray=".25 .75"/><circle r="48"/></svg>'
)


def _beads(radius: int, count: int) -> str:
    """Return a band of circles with a dot in each: round dashes stacked in three widths."""
    dashes = f'stroke-linecap="round" pathLength="{count}" stroke-dasharray=".01 .99"'
    return (
        f'<circle r="{radius}" stroke-width="15" {dashes}/>'
        f'<circle r="{radius}" stroke="var(--deep)" stroke-width="12" {dashes}/>'
        f'<circle r="{radius}" stroke-width="4" {dashes}/>'
    )


ROSETTE = (
    '<svg class="rosette" viewBox="-200 -200 400 400" fill="none" stroke="currentColor" aria-hidden="true"'
    f' focusable="false"><path d="{star(46, 17, 14)}"/><circle r="58"/>'
    '<circle r="66" stroke-width="10" pathLength="66" stroke-dasharray=".22 .78"/><circle r="74"/>'
    f'{_beads(90, 28)}<circle r="106"/><circle r="109"/>'
    '<circle r="124" stroke-width="22" pathLength="120" stroke-dasharray=".18 .82"/><circle r="139"/>'
    f'{_beads(152, 46)}<circle r="165"/>'
    '<circle r="176" stroke-width="12" pathLength="180" stroke-dasharray=".2 .8"/><circle r="186"/>'
    '<circle r="196"/></svg>'
)


def _seal(mark: str) -> str:
    return (
        '<svg class="seal__mark" viewBox="-32 -32 64 64" fill="none" stroke="currentColor" aria-hidden="true"'
        ' focusable="false"><circle r="29.5" stroke-width="4" pathLength="60" stroke-dasharray=".5 .5"/>'
        f'<circle r="24" stroke-width="2"/>{mark}</svg>'
    )


_STROKE = 'stroke-width="5" stroke-linecap="round" stroke-linejoin="round"'
SEALS = {
    "valid": _seal(f'<path d="m-10 1 7 7L11-8" {_STROKE}/>'),
    "void": _seal(f'<path d="M-9-9 9 9M9-9-9 9" {_STROKE}/>'),
    "honour": _seal(f'<path d="{star(17, 7, 8)}" fill="currentColor" stroke="none"/>'),
}
