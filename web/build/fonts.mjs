// The fonts, and our @font-face rules for them. A browser fetches only those whose signs are on the page.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const FILES = {
  "plex-sans-400": ["ibm-plex-sans", "latin", 400],
  "plex-sans-600": ["ibm-plex-sans", "latin", 600],
  "plex-sans-ext-400": ["ibm-plex-sans", "latin-ext", 400],
  "plex-sans-ext-600": ["ibm-plex-sans", "latin-ext", 600],
  "plex-sans-cyrillic-400": ["ibm-plex-sans", "cyrillic", 400],
  "plex-arabic-400": ["ibm-plex-sans-arabic", "arabic", 400],
  "plex-arabic-600": ["ibm-plex-sans-arabic", "arabic", 600],
  "source-ext-400": ["source-sans-3", "latin-ext", 400],
  "plex-mono-400": ["ibm-plex-mono", "latin", 400],
  "naskh-400": ["noto-naskh-arabic", "arabic", 400],
};

// Letters of transliteration (ISO 233, DIN 31635) that Plex does not have: half rings, dots and lines below, a hacek
// on g.
const TRANSLITERATION = "U+01E6-01E7,U+02BD-02BF,U+1E02-1E7F,U+1E86-1E9F";

// Every family can show Arabic and Latin, by the files of another where its own has none: a space or a digit inside an
// Arabic name, or an Arabic letter inside a document's number, never falls to a font of the desk.
const FAMILIES = {
  "Plex Sans": [
    "plex-sans-400",
    "plex-sans-600",
    "plex-sans-ext-400",
    "plex-sans-ext-600",
    "plex-sans-cyrillic-400",
    "source-ext-400",
  ],
  "Plex Arabic": ["plex-arabic-400", "plex-arabic-600"],
  "Plex Mono": ["plex-mono-400", "plex-sans-ext-400", "plex-sans-cyrillic-400", "source-ext-400", "plex-arabic-400"],
  Naskh: ["naskh-400", "plex-sans-400", "plex-sans-ext-400", "plex-sans-cyrillic-400", "source-ext-400"],
};

export function fonts(modules) {
  const files = new Map();
  const ranges = {};
  for (const [name, [font, subset, weight]] of Object.entries(FILES)) {
    const folder = join(modules, "@fontsource", font);
    files.set(`${name}.woff2`, readFileSync(join(folder, `files/${font}-${subset}-${weight}-normal.woff2`)));
    ranges[name] = JSON.parse(readFileSync(join(folder, "unicode.json"), "utf8"))[subset];
  }
  ranges["source-ext-400"] = TRANSLITERATION;
  const faces = Object.entries(FAMILIES).flatMap(([family, names]) =>
    names.map((name) => face(family, name, ranges[name])),
  );
  files.set("fonts.css", Buffer.from(`${faces.join("\n")}\n`));
  return files;
}

function face(family, name, range) {
  const weight = FILES[name][2];
  return (
    `@font-face{font-family:"${family}";font-weight:${weight};font-display:swap;` +
    `src:url("${name}.woff2") format("woff2");unicode-range:${range}}`
  );
}
