"""Sizes of what stands on the canvas, in scene units, which are pixels at 100 %."""

GRID = 10.0
"""Nodes that are dragged keep to this grid."""
DOTS = 20.0
"""The distance from one dot of the background to the next."""

CARD_WIDTH = 220.0
CARD_HEIGHT = 56.0
CARD_RADIUS = 10.0
COMMENT_HEIGHT = 20.0
"""What a comment adds below a card."""
PORT_STEP = 32.0
"""The least distance between two ports of a card, which grows to keep it."""

PORT_RADIUS = 5.0
PORT_REACH = 13.0
"""How far from its middle a port can be taken hold of, at 100 %."""
PORT_INWARD = CARD_HEIGHT / 4
"""How far into a card that reaches at the most, so that there is room to take hold of the card."""
PILL = 9.0
"""What each further link adds to the width of an input that takes several."""
WIRE_REACH = 7.0
"""How far from its line a link can be taken hold of, in pixels."""

TITLE_BAR = 30.0
"""The height of the title of a frame and of an open group."""
MARGIN = 20.0
"""The room that an open group or a new frame leaves around what it holds."""
EDGE = 7.0
"""How far from its edge a frame or a note can be taken hold of, in pixels."""
AROUND = 60.0
"""The room around what is looked at."""
SMALLEST_BOX = (80.0, 50.0)
"""How small a frame or a note can be made."""

ZOOM_LEAST = 0.08
ZOOM_MOST = 3.0
WHOLE = 500_000.0
"""Half of the side of the square that can be looked at."""

DRAG_DISTANCE = 4
"""How far, in pixels, the mouse moves before a press becomes a drag."""

TITLES_FROM = 0.42
"""The scale from which titles can be read."""
DETAILS_FROM = 0.62
"""The scale from which the second line, comments and the shapes of ports can be seen."""
