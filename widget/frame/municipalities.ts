/** The municipalities that a visitor may name, out of the service's answer about how it stands: a stranger's word. */

const CODE = /^\d{4}$/;
const NAME_LENGTH = 80;
/** As many as there are in Sweden, and a few. */
const MOST = 300;

/** By their names, as a language sorts them. */
export function readMunicipalities(said: unknown, language: string): [code: string, name: string][] {
  const { municipalities } = Object(said) as Record<string, unknown>;
  if (typeof municipalities !== "object") return [];
  const found = Object.entries(municipalities ?? {}).flatMap(([code, name]): [string, string][] =>
    CODE.test(code) && typeof name === "string" && name.length <= NAME_LENGTH ? [[code, name]] : [],
  );
  const { compare } = new Intl.Collator(language);
  return found.slice(0, MOST).sort(([, a], [, b]) => compare(a, b));
}
