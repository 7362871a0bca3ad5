from __future__ import annotations

import pytest

from smartnotes.core.errors import SettingsError
from smartnotes.core.options import OcrMode
from smartnotes.settings import data_home, load_settings
from smartnotes.settings import sources as module


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder, with the user's settings file in a place of its own."""
    monkeypatch.setattr(module.platformdirs, "user_config_path", lambda *_, **__: tmp_path / "user")
    (tmp_path / "user").mkdir()
    return tmp_path


def load(folder, *, environ=None, overrides=None):
    return load_settings(environ=environ or {}, folder=folder, overrides=overrides)


def test_stronger_sources_win_and_each_value_knows_its_origin(folder):
    (folder / "user" / "config.toml").write_text('[llm]\nmodel = "user"\nhost = "http://user"\n[reading]\ndpi = 100')
    (folder / "smartnotes.toml").write_text('[llm]\nmodel = "project"\n')
    loaded = load(folder, environ={"SMARTNOTES_LLM__MODEL": "env"}, overrides={"llm.model": "flag"})
    assert loaded.settings.llm.model == "flag"
    assert loaded.settings.llm.host == "http://user"
    origins = {origin.name: origin.source for origin in loaded.origins}
    assert origins["llm.model"] == "command line"
    assert origins["reading.dpi"].endswith("config.toml")
    assert origins["reading.ocr"] == "default"


def test_environment_text_becomes_typed_values(folder):
    environ = {
        "SMARTNOTES_READING__OCR": "always",
        "SMARTNOTES_READING__LANGUAGES": "eng, fra",
        "SMARTNOTES_LIMITS__PAGES": "7",
        "SMARTNOTES_NETWORK__OFFLINE": "true",
    }
    found = load(folder, environ=environ).settings
    assert found.reading.ocr is OcrMode.ALWAYS
    assert found.reading.languages == ("eng", "fra")
    assert found.limits.pages == 7
    assert found.network.offline


@pytest.mark.parametrize("name", ["llm.modle", "nosection.key", "llm"])
def test_unknown_keys_are_errors(folder, name):
    with pytest.raises(SettingsError, match="no setting"):
        load(folder, overrides={name: "x"})


def test_a_bad_value_names_the_setting_and_its_source(folder):
    (folder / "smartnotes.toml").write_text("[reading]\ndpi = 9000\n")
    with pytest.raises(SettingsError, match=r"reading\.dpi.*smartnotes\.toml"):
        load(folder)


def test_a_broken_file_is_named(folder):
    (folder / "smartnotes.toml").write_text("[reading\n")
    with pytest.raises(SettingsError, match=r"smartnotes\.toml cannot be read"):
        load(folder)


def test_home_can_be_moved(tmp_path):
    assert data_home({"SMARTNOTES_HOME": str(tmp_path)}) == tmp_path


def test_a_setting_inside_a_setting_has_a_name_in_every_source(folder):
    (folder / "smartnotes.toml").write_text('[llm.tasks]\nquiz = "ollama:qwen3"\ncards = "none"\n')
    loaded = load(folder, environ={"SMARTNOTES_LLM__TASKS__CARDS": "embedded"}, overrides={"llm.tasks.chat": "phi3"})
    assert loaded.settings.llm.tasks.model_dump(exclude_defaults=True) == {
        "chat": "phi3",
        "quiz": "ollama:qwen3",
        "cards": "embedded",
    }
    shown = {origin.name: (origin.value, origin.source) for origin in loaded.origins}
    assert shown["llm.tasks.quiz"] == ("ollama:qwen3", "smartnotes.toml")
    assert shown["llm.tasks.cards"] == ("embedded", "environment")


def test_an_address_is_shown_without_the_password_in_it(folder):
    loaded = load(folder, overrides={"llm.base_url": "https://ada:s3cret@models.example:8443/v1?key=s3cret"})
    assert "s3cret" not in str(loaded.origins)
    assert loaded.settings.llm.base_url.startswith("https://ada:s3cret@")
    assert {origin.name: origin.value for origin in loaded.origins}["llm.base_url"].startswith("https://models")
