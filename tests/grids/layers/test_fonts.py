from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pytest

from grids.layers.fonts import FontError, candidate_files, find_font

DEJAVU = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
DEBIAN_NOTO = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


def test_the_pinned_package_comes_first_and_holds_chinese():
    face = find_font(["上海市崇明区 CO2 kg/km² ×、（）：；—"])
    assert face.path.name == "NotoSansSC-Regular.otf"
    assert next(candidate_files()) == face.path


def test_a_font_without_a_glyph_is_passed_over():
    package_font = next(candidate_files())
    assert find_font(["排放"], [DEJAVU, package_font]).path == package_font
    assert find_font(["NOx"], [DEJAVU, package_font]).path == DEJAVU


def test_a_missing_glyph_is_an_environment_error_that_names_the_characters_and_the_remedy():
    with pytest.raises(FontError) as caught:
        find_font(["NOx 排 放"], [DEJAVU])
    assert caught.value.exit_code == 4
    problem = caught.value.problems[0]
    assert "排 (U+6392)" in problem.message_en
    assert "放 (U+653E)" in problem.message_zh
    assert "U+0020" not in problem.message_en
    assert "apt-get install fonts-noto-cjk" in problem.remedy_en


def test_the_error_names_what_the_best_font_lacks():
    with pytest.raises(FontError) as caught:
        find_font(["排\ue000"], [DEJAVU, next(candidate_files())])
    assert "U+E000" in caught.value.problems[0].message_en
    assert "排" not in caught.value.problems[0].message_en


def test_no_font_at_all_is_the_same_error():
    with pytest.raises(FontError, match="U\\+6392"):
        find_font(["排"], [])


@pytest.mark.apt
@pytest.mark.skipif(not DEBIAN_NOTO.is_file(), reason="fonts-noto-cjk is not installed")
def test_a_collection_gives_its_mainland_face():
    face = find_font(["直骨"], [DEBIAN_NOTO])
    assert face.family == "Noto Sans CJK SC"
    assert face.index > 0
