// Reads AsyncAPI documents with the official parser, and prints what it finds wrong with each; exits 1 if anything is.
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";

const parser = new Parser();
let wrong = 0;
for (const path of process.argv.slice(2)) {
  const { document, diagnostics } = await parser.parse(await readFile(path, "utf8"), { source: path });
  for (const each of diagnostics) {
    console.log(`${path}: severity ${each.severity}, ${each.code}, ${each.path.join("/")}: ${each.message}`);
  }
  // 0 is an error and 1 a warning; what is below is advice.
  wrong += diagnostics.filter(each => each.severity <= 1).length + (document ? 0 : 1);
}
process.exit(wrong ? 1 : 0);
