// The picture as a file: with its marking above and below, and who saved it and when across it.
import { colours } from "../dom.js";

const TLP = {
  "TLP:RED": "#FF2B2B",
  "TLP:AMBER": "#FFC000",
  "TLP:AMBER+STRICT": "#FFC000",
  "TLP:GREEN": "#33FF00",
  "TLP:CLEAR": "#FFFFFF",
};
const LONGEST = 6000; // pixels of a side
const BAND = 64;

export async function save(cy, root) {
  await document.fonts.load('20px "Plex Mono"');
  const { bg, fg } = colours(root, ["bg", "fg"]);
  const drawn = await cy.png({
    output: "blob-promise",
    full: true,
    scale: 2,
    maxWidth: LONGEST,
    maxHeight: LONGEST,
    bg,
  });
  const picture = await createImageBitmap(drawn);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(picture.width + 80, 1000);
  canvas.height = picture.height + 2 * BAND + 80;
  const pen = canvas.getContext("2d");
  pen.direction = "ltr";
  pen.fillStyle = bg;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, (canvas.width - picture.width) / 2, BAND + 40);
  across(pen, canvas, root.dataset.watermark ?? "", fg);
  for (const middle of [BAND / 2, canvas.height - BAND / 2]) label(pen, canvas, middle, root.dataset.tlp ?? "");
  pen.font = '20px "Plex Mono", monospace';
  pen.fillStyle = fg;
  pen.textAlign = "start";
  pen.textBaseline = "middle";
  pen.fillText(root.dataset.watermark ?? "", 16, canvas.height - BAND / 2);
  const file = await new Promise((done) => {
    canvas.toBlob(done, "image/png");
  });
  download(file, `network-${(root.dataset.tlp ?? "").replace(/[^A-Z+]/g, "-") || "unmarked"}.png`);
}

function label(pen, canvas, middle, tlp) {
  if (!tlp) return;
  pen.font = '26px "Plex Mono", monospace';
  const wide = pen.measureText(tlp).width + 24;
  pen.fillStyle = "#000000";
  pen.fillRect(canvas.width - wide - 16, middle - 22, wide, 44);
  pen.fillStyle = TLP[tlp] ?? "#FFFFFF";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(tlp, canvas.width - wide / 2 - 16, middle);
}

function across(pen, canvas, text, colour) {
  if (!text) return;
  pen.save();
  pen.globalAlpha = 0.09;
  pen.fillStyle = colour;
  pen.font = '24px "Plex Mono", monospace';
  pen.textAlign = "center";
  for (let y = 150; y < canvas.height; y += 300) {
    for (let x = 250; x < canvas.width + 250; x += 700) {
      pen.save();
      pen.translate(x, y);
      pen.rotate(-Math.PI / 8);
      pen.fillText(text, 0, 0);
      pen.restore();
    }
  }
  pen.restore();
}

function download(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
