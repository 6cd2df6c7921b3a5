/** Numbers to call, each as a link that works inside the frame (Before 1). */

import { t } from "../../../chat/browser/ui/catalogue.ts";
import { Said } from "./said.tsx";

const NUMBERS = ["emergency", "police", "children", "women"];

export function Numbers() {
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari forgets a list without markers
    <ul role="list" class="numbers">
      {NUMBERS.map((key) => (
        <Row key={key} words={`shared.numbers.${key}`} />
      ))}
    </ul>
  );
}

function Row({ words }: { words: string }) {
  const number = t(`${words}.number`);
  return (
    <li>
      <a href={`tel:${number.replace(/\D/g, "")}`} target="_top">
        <span class="number-name">{t(`${words}.name`)}</span> <bdi class="number">{number}</bdi>
      </a>
      <p class="quiet">
        <Said at={[`${words}.note`]} />
      </p>
    </li>
  );
}
