from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from smartnotes.core.pages.raw import Box, RawLine, RawWord
from smartnotes.core.scanning.pieces import pieces
from smartnotes.core.scanning.strokes import Strokes, find_strokes, shrunk

SIZE = (1000, 750)


def paper(*, colour: tuple[int, int, int] = (250, 250, 250), seed: int = 0) -> Image.Image:
    """Return an empty page with the grain of a scan."""
    grain = np.random.default_rng(seed).normal(0, 4, (SIZE[1], SIZE[0], 1))
    return Image.fromarray(np.clip(np.array(colour) + grain, 0, 255).astype(np.uint8))


def photo(image: Image.Image, box: tuple[int, int, int, int], *, seed: int = 1) -> None:
    """Paste something with detail everywhere."""
    wide, high = box[2] - box[0], box[3] - box[1]
    rough = np.random.default_rng(seed).integers(0, 160, (high // 10, wide // 10, 3)).astype(np.uint8)
    image.paste(Image.fromarray(rough).resize((wide, high), Image.Resampling.NEAREST), box[:2])


def words(image: Image.Image, top: int, text: str, *, left: int = 80, confidence: float = 0.95) -> RawLine:
    """Draw words as bars of letters and return the line that was recognised in them."""
    draw, x, found = ImageDraw.Draw(image), left, []
    for word in text.split():
        wide = 9 * len(word)
        for letter in range(len(word)):
            draw.rectangle((x + 9 * letter, top, x + 9 * letter + 5, top + 14), fill=(20, 20, 20))
        box = (x / SIZE[0], top / SIZE[1], (x + wide) / SIZE[0], (top + 15) / SIZE[1])
        found.append(RawWord(word, box, 11.0, confidence=confidence))
        x += wide + 9
    whole = (found[0].box[0], found[0].box[1], found[-1].box[2], found[-1].box[3])
    return RawLine(tuple(found), whole)


def iou(one: Box, two: Box) -> float:
    across = min(one[2], two[2]) - max(one[0], two[0])
    down = min(one[3], two[3]) - max(one[1], two[1])
    if across <= 0 or down <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, two)]
    return across * down / (sum(areas) - across * down)


def test_a_page_of_recognised_words_has_no_picture() -> None:
    image = paper()
    lines = [words(image, 80 + 24 * row, "Hash tables store pairs of keys and values in slots") for row in range(20)]
    assert find_strokes(image, lines).images == ()


def test_a_photo_among_words_is_a_picture_where_it_stands() -> None:
    image = paper()
    lines = [words(image, 60 + 24 * row, "Hash tables store pairs of keys and values") for row in range(6)]
    photo(image, (300, 300, 700, 650))
    (picture,) = find_strokes(image, lines).images
    assert iou(picture.box, (0.3, 0.4, 0.7, 650 / 750)) > 0.9


def test_rows_of_letters_that_nobody_recognised_are_no_picture() -> None:
    image = paper()
    for row in (100, 300, 500):
        words(image, row, "unread words of a handwritten heading here")
    assert find_strokes(image, ()).images == ()


def test_words_on_a_coloured_ground_are_no_picture() -> None:
    image = paper()
    ImageDraw.Draw(image).rectangle((60, 200, 620, 500), fill=(190, 220, 240))
    lines = [words(image, 215 + 24 * row, "Clusters grow when many slots are taken so") for row in range(11)]
    assert find_strokes(image, lines).images == ()


def test_the_edges_of_paper_and_of_a_slides_ground_are_no_picture() -> None:
    image = paper(colour=(240, 240, 240))
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 960, 710), fill=(50, 55, 75))
    draw.polygon(((0, 0), (1000, 0), (0, 9)), fill=(0, 0, 0))
    assert find_strokes(image, ()).images == ()


def test_pictures_on_one_light_ground_are_one_with_it() -> None:
    image = paper()
    ImageDraw.Draw(image).rectangle((200, 200, 800, 600), fill=(225, 225, 228))
    for left in (240, 440, 640):
        photo(image, (left, 350, left + 120, 500), seed=left)
    (picture,) = find_strokes(image, ()).images
    assert iou(picture.box, (0.2, 200 / 750, 0.8, 0.8)) > 0.85


def test_boxes_with_few_words_that_lines_connect_are_one_diagram() -> None:
    image = paper()
    draw, lines = ImageDraw.Draw(image), []
    for left, top in ((400, 150), (200, 350), (600, 350)):
        draw.rectangle((left, top, left + 200, top + 80), fill=(120, 190, 235))
        lines.append(words(image, top + 30, "is it full", left=left + 40))
    for x in (300, 700):
        draw.line((500, 230, x, 350), fill=(30, 30, 30), width=4)
    found = find_strokes(image, lines).images
    assert len(found) == 1
    assert iou(found[0].box, (0.2, 0.2, 0.8, 430 / 750)) > 0.8


def test_ruling_lines_are_rules_and_underlined_words_stay_words() -> None:
    image = paper()
    lines = [words(image, 200 + 60 * row, "key value slot") for row in range(3)]
    for y in (180, 240, 300, 360):
        ImageDraw.Draw(image).line((60, y, 700, y), fill=(30, 30, 30), width=2)
    found = find_strokes(image, lines)
    across = sorted(round(path.box[1] * SIZE[1]) for path in found.paths if path.box[2] - path.box[0] > 0.6)
    assert across == pytest.approx([180, 240, 300, 360], abs=3)
    assert found.images == ()


def test_rows_of_a_table_are_told_by_their_tone() -> None:
    image = paper()
    draw, lines = ImageDraw.Draw(image), []
    for row in range(6):
        top = 160 + 48 * row
        draw.rectangle((80, top, 720, top + 47), fill=(170, 205, 235) if row % 2 else (215, 232, 248))
        lines += [words(image, top + 16, "key word", left=x) for x in (100, 320, 540)]
    found = find_strokes(image, lines)
    assert len(found.paths) >= 6
    assert found.images == ()


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "CMYK"])
@pytest.mark.parametrize("size", [(1, 1), (63, 2000), (70, 70), (2100, 90)])
def test_images_of_any_size_and_mode_are_looked_at(mode: str, size: tuple[int, int]) -> None:
    image = Image.new(mode, size)
    assert max(shrunk(image).size) <= 1000
    assert isinstance(find_strokes(image, ()), Strokes)


def test_pieces_are_what_hangs_together() -> None:
    mask = np.zeros((8, 12), dtype=np.bool_)
    mask[1, 1:9] = mask[1:6, 1] = mask[1:6, 8] = True  # three sides: joined by the first row
    mask[7, 4:6] = True
    assert sorted(pieces(mask)) == [(1, 1, 9, 6), (4, 7, 6, 8)]
    joined_below = np.zeros((4, 5), dtype=np.bool_)
    joined_below[:3, 0] = joined_below[:3, 4] = joined_below[3] = True
    assert pieces(joined_below) == [(0, 0, 5, 4)]
