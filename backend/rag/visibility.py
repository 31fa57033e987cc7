"""When a reader can see a letter: colours, contrast, the smallest size."""

from __future__ import annotations

Rgb = tuple[float, float, float]
"""Red, green and blue of sRGB, 0 to 1."""
WHITE: Rgb = (1.0, 1.0, 1.0)

SMALLEST_PT = 3.5
"""Points. The smallest print that is set to be read is 4; a printed page is looked at, and not through a glass."""
TOO_SMALL = f"text smaller than {SMALLEST_PT} points"
LOWEST_CONTRAST = 1.2
"""Below this WCAG contrast ratio (1 = same colour, 21 = black on white) nobody can read a letter."""


def luminance(colour: Rgb) -> float:
    """Relative luminance of sRGB (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Rgb, other: Rgb) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def as_rgb(colour: object, space: str) -> Rgb | None:
    """A PDF colour in sRGB, given its colour space; None where it cannot be told (patterns, Lab, several inks)."""
    if space in ("Pattern", "Lab", "DeviceN"):
        return None
    parts = [colour] if isinstance(colour, int | float) else colour
    if not isinstance(parts, list | tuple) or not all(isinstance(p, int | float) for p in parts):
        return None
    values = [min(1.0, max(0.0, float(p))) for p in parts if isinstance(p, int | float)]
    if space == "Indexed":
        return None
    if len(values) == 1:
        grey = 1.0 - values[0] if space == "Separation" else values[0]
        return (grey, grey, grey)
    if len(values) == 3:
        return (values[0], values[1], values[2])
    if len(values) == 4:
        c, m, y, k = values
        return ((1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k))
    return None
