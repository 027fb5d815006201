"""A drawing from top to bottom, for where room is narrow: one box to a line, each hanging from what leads to it."""

from dataclasses import dataclass

from flow.routing.picture import Picture, Way


@dataclass(frozen=True, slots=True)
class Line:
    """`above`: the line it hangs from, -1 for none. `label`: of the way that leads to it.
    `again`: what follows the box is drawn on another line, where the box stands too."""

    box: str
    depth: int
    above: int
    label: str
    again: bool


def outline(picture: Picture) -> tuple[Line, ...]:
    """Every way of the picture once. Beginnings that lead to one and the same place stand above it together."""
    onward: dict[str, list[Way]] = {box.key: [] for box in picture.boxes}
    for way in picture.ways:
        onward[way.start].append(way)
    lines: list[Line] = []
    drawn: set[str] = set()

    def follow(key: str, depth: int) -> None:
        above = len(lines) - 1
        for way in onward[key]:
            hang(way, depth + 1, above)

    def hang(way: Way, depth: int, above: int) -> None:
        known = way.end in drawn
        lines.append(Line(way.end, depth, above, way.label, again=known and bool(onward[way.end])))
        if not known:
            drawn.add(way.end)
            follow(way.end, depth)

    for together in _beginnings(picture, onward):
        first = len(lines)
        lines += [Line(key, 0, -1, "", again=False) for key in together]
        drawn.update(together)
        if len(together) > 1:
            hang(onward[together[0]][0], 1, first)
        else:
            follow(together[0], 0)
    return tuple(lines)


def _beginnings(picture: Picture, onward: dict[str, list[Way]]) -> list[list[str]]:
    """The boxes that nothing else leads to; without any, as in a circle, the one that was asked for."""
    entered = {way.end for way in picture.ways if way.end != way.start}
    roots = [box.key for box in picture.boxes if box.key not in entered]
    groups: dict[object, list[str]] = {}
    for root in roots or [box.key for box in picture.boxes if box.here]:
        ways = onward[root]
        same = (ways[0].end, ways[0].label) if len(ways) == 1 else root
        groups.setdefault(same, []).append(root)
    return list(groups.values())
