/*
 * Lets speedscope's own importer read traces, and counts what it complains about.
 *
 *   npm install speedscope
 *   node ask_speedscope.mjs node_modules/speedscope FILE...
 *
 * The package holds the whole page as one script, which begins with drawing.  The importer is
 * taken out of it: the functions are there before the page begins, so the script is run up to the
 * module that the importer is in, and no further.  Not a part of the tests, which need no network;
 * tests/tracer/test_convert.py holds exports to the same rules.
 */
import fs from "fs";
import path from "path";
import vm from "vm";

const [folder, ...files] = process.argv.slice(2);
const release = path.join(folder, "dist", "release");
const script = fs.readdirSync(release).find((name) => /^speedscope-.*\.js$/.test(name));
const text = fs.readFileSync(path.join(release, script), "utf8");

const end = /([\w$]+)=[\w$]+\(\(\)=>\{"use strict";[^{}]*"allocatedName"\]\}\);/.exec(text);
const importer = /function ([\w$]+)\(\w\)\{return [\w$]+\(\w\)\?[\w$]+\(\w\):[\w$]+\(\w\)\?[\w$]+\(\w\.traceEvents\)/
  .exec(text);
if (!end || !importer) throw new Error(`${script} is not built as this script expects`);
const warnings = [];
const world = vm.createContext({ console: { warn: (line) => warnings.push(line) } });
const until = end.index + end[0].length;
vm.runInContext(text.slice(0, until) + `${end[1]}();globalThis.read=${importer[1]};})()`, world);

let complained = 0;
for (const file of files) {
  warnings.length = 0;
  world.text = fs.readFileSync(file, "utf8");
  const profiles = vm.runInContext("read(JSON.parse(text)).profiles.length", world);
  const open = warnings.filter((line) => line.includes("still open")).length;
  const wrong = warnings.filter((line) => !line.includes("still open"));
  console.log(`${file}: ${profiles} profiles, ${open} still open, ${wrong.length} complaints`);
  for (const line of wrong.slice(0, 3)) console.log(`  ${line}`);
  complained += wrong.length;
}
process.exit(complained > 0 ? 1 : 0);
