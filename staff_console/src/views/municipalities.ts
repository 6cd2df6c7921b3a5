/** The municipalities' names, as the page hands them over: what a visitor told is four digits. */

let known: Readonly<Record<string, string>> = {};

/** JSON; what is none names nothing. */
export function readMunicipalities(json = "{}"): void {
  try {
    known = Object(JSON.parse(json));
  } catch {
    known = {};
  }
}

/** By its digits where nobody has said how it is called. */
export function municipalityName(code: string): string {
  return known[code] ?? code;
}
