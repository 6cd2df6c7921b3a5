/** One of several as big targets: radio buttons over their whole tile, so that arrow keys, a thumb and a screen reader have what they know. */

import { useId } from "preact/hooks";

export interface Tile {
  readonly value: string;
  readonly words: string;
  /** A second line. */
  readonly below?: string;
  /** Something of it is chosen already; said in words elsewhere. */
  readonly marked?: boolean;
}

interface TilesProps {
  label: string;
  /** null: none yet. */
  value: string | null;
  tiles: readonly Tile[];
  kind: "days" | "times";
  onChoose(value: string): void;
}

export function Tiles({ label, value, tiles, kind, onChoose }: TilesProps) {
  const id = useId();
  return (
    <fieldset class="tiles" aria-labelledby={`${id}-label`}>
      <legend id={`${id}-label`}>{label}</legend>
      <div class={`tile-rows ${kind}`}>
        {tiles.map((tile) => (
          <label key={tile.value} class="tile">
            <input
              type="radio"
              name={id}
              value={tile.value}
              checked={tile.value === value}
              autocomplete="off"
              onChange={() => onChoose(tile.value)}
            />
            <span class="face" data-marked={tile.marked}>
              <bdi>{tile.words}</bdi> {tile.below && <bdi class="below">{tile.below}</bdi>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
