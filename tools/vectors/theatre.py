"""Where scenes are told: to the visitor, to the member, or to both."""

from typing import Any

from tests.support.organisation import OnDuty
from tools.vectors.file import Vectors
from tools.vectors.scene import Cast, Outsider, Scene


class Theatre:
    """Where scenes are told."""

    def __init__(self, v: Vectors) -> None:
        self.v = v
        self.cast = Cast()

    @property
    def scene(self) -> Scene:
        return Scene(self.cast)

    def both_accept(self, name: str, scene: Scene) -> None:
        self.v.accepts(f"{name} (visitor)", "log", **scene.as_visitor())
        self.member_accepts(name, scene)

    def both_refuse(self, name: str, step: str, scene: Scene) -> None:
        self.v.refuses(f"{name} (visitor)", step, "log", **scene.as_visitor())
        self.member_refuses(name, step, scene)

    def member_accepts(
        self, name: str, scene: Scene, on_duty: OnDuty | Outsider | None = None, **view: Any
    ) -> Any:
        given = scene.as_member(on_duty or self.cast.amina, **view)
        return self.v.accepts(f"{name} (member)", "log", **given)

    def member_refuses(
        self, name: str, step: str, scene: Scene, on_duty: OnDuty | Outsider | None = None, **view: Any
    ) -> None:
        given = scene.as_member(on_duty or self.cast.amina, **view)
        self.v.refuses(f"{name} (member)", step, "log", **given)
