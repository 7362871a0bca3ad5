"""Settings of a process and where each came from.

Order, strongest first: an override (a command-line flag), the environment (``SMARTNOTES_SECTION__KEY``),
``smartnotes.toml`` in the working folder, the user's ``config.toml``, the default. Unknown keys are errors.
`SMARTNOTES_HOME` moves the data folder.
"""

from smartnotes.settings.sections import DatabaseSettings as DatabaseSettings
from smartnotes.settings.sections import EmbeddingEngine as EmbeddingEngine
from smartnotes.settings.sections import LlmEngine as LlmEngine
from smartnotes.settings.sections import LlmSettings as LlmSettings
from smartnotes.settings.sections import LogFormat as LogFormat
from smartnotes.settings.sections import ServerSettings as ServerSettings
from smartnotes.settings.sections import Settings as Settings
from smartnotes.settings.sections import TaskModels as TaskModels
from smartnotes.settings.sources import Loaded as Loaded
from smartnotes.settings.sources import data_home as data_home
from smartnotes.settings.sources import load_settings as load_settings
from smartnotes.settings.sources import user_file as user_file
