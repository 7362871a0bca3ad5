"""What the core needs from outside, as small Protocols.

Engines are light to construct, load on first use, start no threads but those that their settings name, carry `name`
(with a version, kept in `Provenance`) and raise our errors only. Arrays are numpy, images PIL; neither is ever stored
in a value.
Unless a docstring says otherwise an engine may be called from one thread at a time.
"""

from __future__ import annotations

from smartnotes.core.ports.chunks import ChunkFilter as ChunkFilter
from smartnotes.core.ports.chunks import ChunkStore as ChunkStore
from smartnotes.core.ports.chunks import VectorIndex as VectorIndex
from smartnotes.core.ports.chunks import VectorSearch as VectorSearch
from smartnotes.core.ports.engines import CutOff as CutOff
from smartnotes.core.ports.engines import Embedder as Embedder
from smartnotes.core.ports.engines import Engines as Engines
from smartnotes.core.ports.engines import LayoutDetector as LayoutDetector
from smartnotes.core.ports.engines import Llm as Llm
from smartnotes.core.ports.engines import OcrEngine as OcrEngine
from smartnotes.core.ports.engines import PageRead as PageRead
from smartnotes.core.ports.engines import PageReader as PageReader
from smartnotes.core.ports.engines import RecognisedWord as RecognisedWord
from smartnotes.core.ports.engines import SourceInfo as SourceInfo
from smartnotes.core.ports.engines import TokenEncoder as TokenEncoder
from smartnotes.core.ports.engines import TokenVectors as TokenVectors
from smartnotes.core.ports.engines import Vectors as Vectors
from smartnotes.core.ports.index import IndexStore as IndexStore
from smartnotes.core.ports.stores import BlobStore as BlobStore
from smartnotes.core.ports.stores import DocumentStore as DocumentStore
from smartnotes.core.ports.stores import JobStore as JobStore
from smartnotes.core.ports.stores import LectureStore as LectureStore
from smartnotes.core.ports.stores import Stores as Stores
from smartnotes.core.ports.stores import SubjectStore as SubjectStore
