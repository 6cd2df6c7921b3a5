"""Words that nobody who speaks the language has read: for a demo, marked, and never for people in danger."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from chat.config import load
from chat.errors import ConfigurationError
from chat.web.assets import Asset, Assets
from tests.unit.test_config import PRODUCTION

REVIEWED = {"sv", "sv-x-latt", "en"}


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets.load()


def served(assets: Assets, asset: Asset) -> bool:
    return assets.get(*asset.path.split("/")) is not None


def test_production_serves_no_words_and_no_loader_of_a_draft(assets: Assets) -> None:
    kept = assets.without_drafts()
    words = [assets.index.catalogues[section] for section in ("visitor", "returning", "callback")]
    kinds: tuple[Mapping[str, Asset], ...] = (*words, assets.index.loader, assets.index.frame)
    for files in kinds:
        assert files.keys() > REVIEWED
        for tag, asset in files.items():
            assert served(assets, asset), tag
            assert served(kept, asset) == (tag in REVIEWED), tag
    assert kept.index.loader.keys() == kept.index.frame.keys() == REVIEWED


def test_what_is_no_language_is_served_all_the_same(assets: Assets) -> None:
    kept = assets.without_drafts()
    for asset in (
        assets.index.style,
        *assets.index.parts.values(),
        *assets.index.catalogues["staff"].values(),
    ):
        assert served(kept, asset)


def test_production_refuses_to_offer_a_draft_and_names_the_remedy() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(None, PRODUCTION | {"VARSAM_VISITOR__LANGUAGES": '["sv", "sv-x-latt", "en", "ti"]'})
    faults = [fault for fault in caught.value.args[0] if fault.key == "visitor.languages"]
    assert [fault.value for fault in faults] == ["'ti'"]
    assert "native speaker" in faults[0].remedy


def test_a_development_machine_may_offer_drafts(tmp_path: Path) -> None:
    path = tmp_path / "varsam.toml"
    path.write_text('[visitor]\nlanguages = ["sv", "ti"]\n')
    assert load(path, {}).visitor.languages == ["sv", "ti"]
