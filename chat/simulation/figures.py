"""What came of a simulation, in numbers and in words."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Figures:
    """What came of it. `delays`: seconds from writing to being readable at the other end."""

    conversations: int = 0
    messages: int = 0
    reloads: int = 0
    """Pages that were loaded anew in the middle of something, the staff's among them."""
    lost: int = 0
    doubled: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    delays: list[float] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, doubled or refused."""
        return not (self.lost or self.doubled or self.refused)

    def words(self) -> str:
        """As the command prints them."""
        p50, p99 = (1_000 * self.delay(share) for share in (0.5, 0.99))
        refused = "".join(f"\n  {count:6} × {why}" for why, count in self.refused.most_common())
        return (
            f"conversations  {self.conversations}\n"
            f"messages       {self.messages}\n"
            f"reloads        {self.reloads}\n"
            f"write → read   p50 {p50:.0f} ms, p99 {p99:.0f} ms (lost connections and both ends' cryptography included)\n"
            f"lost           {self.lost}\n"
            f"doubled        {self.doubled}\n"
            f"refused        {sum(self.refused.values())}{refused}"
        )

    def delay(self, share: float) -> float:
        """The delay in seconds that this share of all messages stayed within; 0 if there were none."""
        ordered = sorted(self.delays)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
