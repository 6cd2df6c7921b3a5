import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(globalThis, {
  __LANGUAGE__: "sv",
  __CATALOGUE__: { language: { tag: "sv" } },
  __LANGUAGES__: { sv: {}, en: {} },
});
const loader = await import("../../../widget/loader/settings.ts");
const frame = await import("../../../widget/frame/settings.ts");

const ROOT = "A".repeat(43);

/** A script element, as far as its settings are read. */
function script(dataset: Record<string, string>, nonce = ""): HTMLScriptElement {
  return { src: "https://chat.example/w/0.js", nonce, dataset } as unknown as HTMLScriptElement;
}

test("a_snippet_without_the_organisations_hash_is_refused_with_the_remedy", () => {
  for (const root of ["", "AAAA", `${ROOT}A`, `${ROOT.slice(1)}"`, `${ROOT.slice(1)}\n`, "../../evil"])
    assert.throws(() => loader.readSettings(script({ root })), /Paste the snippet anew/, root);
  assert.throws(() => loader.readSettings(script({})), /data-root/);
});

test("the_loader_talks_to_the_origin_it_came_from_whatever_the_page_says", () => {
  const { origin } = loader.readSettings(script({ root: ROOT, origin: "https://evil.example" }));
  assert.equal(origin, "https://chat.example");
});

test("values_that_are_not_what_they_should_be_are_dropped", () => {
  const hostile = ['"><script>hit()</script>', "1490 ", "14900", "x", "' onload=hit()", "sv\nen", "\u202e"];
  for (const value of hostile) {
    const read = loader.readSettings(
      script({ root: ROOT, municipality: value, lang: `${value}!` }, `${value}"`),
    );
    assert.equal(read.municipality, "", value);
    assert.equal(read.language, "sv", value);
    assert.equal(read.nonce, "", value);
  }
});

test("values_as_the_snippet_has_them_are_kept", () => {
  const read = loader.readSettings(
    script({ root: ROOT, municipality: "1490", lang: "sv-x-latt" }, "r4nd0m+/_-=="),
  );
  assert.deepEqual(read, {
    origin: "https://chat.example",
    root: ROOT,
    municipality: "1490",
    language: "sv-x-latt",
    nonce: "r4nd0m+/_-==",
  });
});

test("the_frame_checks_what_the_loader_checked_once_more", () => {
  const said = { origin: "https://chat.example", root: ROOT };
  assert.throws(() => frame.readSettings(script({ ...said, root: "AAAA" })), /data-root/);
  assert.throws(() => frame.readSettings(script({ ...said, origin: "no address" })));
  const read = frame.readSettings(
    script({ ...said, lang: "constructor", municipality: "0", embedded: "yes" }),
  );
  assert.deepEqual(read, {
    origin: "https://chat.example",
    root: ROOT,
    municipality: "",
    language: "sv",
    embedded: false,
    demo: false,
    code: false,
    accent: "",
  });
});

test("a_colour_of_the_page_is_six_digits_or_nothing", () => {
  const said = { origin: "https://chat.example", root: ROOT };
  for (const accent of ["red", "#fff", "url(//evil)", "#12345g", "#123456;", "#123456 ", "var(--x)"])
    assert.equal(frame.readSettings(script({ ...said, accent })).accent, "", accent);
  assert.equal(frame.readSettings(script({ ...said, accent: "#7A1f5c" })).accent, "#7A1f5c");
});
