// Builds what the console's pages load: node build.mjs [folder]. The folder is src/exchange/console/static/vendor.
// Everything comes from node_modules, which `npm ci` filled and checked against package-lock.json. The same input gives
// the same bytes.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { atlas } from "./build/atlas.mjs";
import { fonts } from "./build/fonts.mjs";
import { sprite } from "./build/icons.mjs";
import { licences } from "./build/licences.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const target = process.argv[2] ?? join(here, "../src/exchange/console/static/vendor");
// The file that was looked at, and measured under the policy.
const HTMX = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130";
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const files = new Map();

const htmx = readFileSync(join(modules, "htmx.org/dist/htmx.min.js"));
if (sha256(htmx) !== HTMX) throw new Error(`htmx.min.js is not the file that was looked at: ${sha256(htmx)}`);
files.set("htmx.min.js", unmapped(htmx));
files.set("hx-csp.min.js", unmapped(readFileSync(join(modules, "htmx.org/dist/ext/hx-csp.min.js"))));

const bundled = await build({
  absWorkingDir: here,
  entryPoints: ["graph.js", "map.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none", // all of them are in licences.txt
  metafile: true,
  outdir: "out",
  write: false,
  plugins: [
    {
      name: "atlas",
      setup(esbuild) {
        esbuild.onResolve({ filter: /^virtual:atlas$/ }, () => ({ path: "atlas", namespace: "atlas" }));
        esbuild.onLoad({ filter: /.*/, namespace: "atlas" }, () => ({
          contents: JSON.stringify(atlas(modules)),
          loader: "json",
        }));
      },
    },
  ],
});
for (const file of bundled.outputFiles) files.set(file.path.split("/").at(-1), Buffer.from(file.contents));

files.set("icons.svg", Buffer.from(sprite(modules)));
for (const [name, body] of fonts(modules)) files.set(name, body);
files.set("licences.txt", Buffer.from(licences(here, modules, Object.keys(bundled.metafile.inputs))));

const manifest = {};
for (const name of [...files.keys()].sort()) {
  const body = files.get(name);
  manifest[name] = {
    sha256: sha256(body),
    bytes: body.length,
    gz: name.endsWith(".woff2") ? body.length : gzipSync(body, { level: 9 }).length,
  };
}
files.set("manifest.json", Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`));

// Written beside and moved into place, so that a build that fails leaves what was there.
const fresh = `${target}.new`;
rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
for (const [name, body] of files) writeFileSync(join(fresh, name), body);
rmSync(target, { recursive: true, force: true });
renameSync(fresh, target);

// Without the comment that names a source map: the map is not shipped, and browsers' tools would ask for it.
function unmapped(body) {
  return Buffer.from(body.toString("utf8").replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, "\n"));
}
