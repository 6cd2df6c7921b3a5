"""What `varsam embed`, `varsam manifest` and `varsam oncall test` answer."""

import msgspec

from chat import bodies, errors
from chat.config import Config
from chat.configured import ways_to_those_on_call
from chat.rules.alerts import WORDS
from chat.tables import Fault
from chat.web import embedding
from chat.web.assets import Assets


def embedding_of(config: Config, municipality: str, language: str) -> str:
    """`varsam embed`: what to paste, and what to allow; ConfigurationError where there is nothing to pin."""
    language = language or config.visitor.languages[0]
    root, municipalities, languages = (
        config.organisation.root,
        config.municipalities,
        config.visitor.languages,
    )
    faults = []
    if not root:
        faults.append(
            Fault("varsam embed", "organisation.root", '""', "set it to H(R), which the snippet pins")
        )
    if municipality not in municipalities:
        known = ", ".join(f"{code} {name}" for code, name in municipalities.items()) or "there are none"
        remedy = f"name one of [municipalities]: {known}"
        faults.append(Fault("varsam embed", "--municipality", repr(municipality), remedy))
    if language not in languages:
        remedy = f"name one of visitor.languages: {', '.join(languages)}"
        faults.append(Fault("varsam embed", "--language", repr(language), remedy))
    if faults:
        raise errors.ConfigurationError(faults)
    loader = Assets.load(config.assets.published).index.loader[language]
    return embedding.explained(
        municipalities[municipality],
        embedding.snippet(
            origin=config.visitor.origin,
            root=root,
            loader=loader,
            municipality=municipality,
            language=language,
        ),
        config.visitor.origin,
    )


def manifest() -> bytes:
    """`varsam manifest`: of the bundles that this copy holds (K4)."""
    listed = bodies.Manifest(files=Assets.load().manifest())
    return msgspec.json.format(msgspec.json.encode(listed), indent=1) + b"\n"


async def tried(config: Config) -> dict[str, str]:
    """`varsam oncall test`: by way, what is wrong with it and what to do; empty: told."""
    outcomes = {}
    for way in ways_to_those_on_call(config):
        try:
            await way.send(WORDS["test"])
            outcomes[way.name] = ""
        except errors.NotTold as error:
            outcomes[way.name] = (
                f"{error.fault}. Look at [oncall] {way.name}, and at the way from here to there."
            )
    return outcomes
