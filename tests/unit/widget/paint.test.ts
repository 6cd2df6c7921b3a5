import assert from "node:assert/strict";
import { test } from "node:test";
import { readable } from "../../../widget/frame/paint.ts";

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(colour: string): number {
  const whole = colour.length === 4 ? colour.replace(/[\da-f]/gi, "$&$&") : colour;
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(whole.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r as number) + 0.7152 * (g as number) + 0.0722 * (b as number);
}

test("words_on_a_button_of_any_colour_keep_a_contrast_of_4_5", () => {
  const hex = (part: number) => part.toString(16).padStart(2, "0");
  for (let red = 0; red < 256; red += 15)
    for (let green = 0; green < 256; green += 5)
      for (let blue = 0; blue < 256; blue += 15) {
        const accent = `#${hex(red)}${hex(green)}${hex(blue)}`;
        const [light, dark] = [luminance(accent), luminance(readable(accent))].sort((a, b) => b - a);
        assert.ok(((light as number) + 0.05) / ((dark as number) + 0.05) >= 4.5, accent);
      }
});
