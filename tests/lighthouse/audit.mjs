// Looks at pages with Lighthouse, one after the other, in a Chromium that is already there.
//
// Reads {lighthouse, port, urls, flags} as JSON from its standard input and writes for each page
// {url, scores: {category: 0 to 1}, wrong: ["category: audit, what, where"]} as one JSON list.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const asked = JSON.parse(readFileSync(0, "utf8"));
const { default: lighthouse } = await import(pathToFileURL(asked.lighthouse));
const pages = [];

// On a busy machine Chromium loses parts of a trace; Lighthouse knows them and asks to be run again.
const TRACE_LOST = ["NO_NAVSTART", "NO_TRACING_STARTED", "NO_SCREENSHOTS", "NO_SPEEDLINE_FRAMES"];
const LOOKS_MAX = 3;
async function look(url) {
  for (let left = LOOKS_MAX - 1; ; left--) {
    const { lhr } = await lighthouse(url, { port: asked.port, logLevel: "error", ...asked.flags });
    if (!lhr.runtimeError) return lhr;
    if (!left || !TRACE_LOST.includes(lhr.runtimeError.code)) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  }
}

for (const url of asked.urls) {
  const lhr = await look(url);
  const scores = {}, wrong = [];
  for (const [name, category] of Object.entries(lhr.categories)) {
    scores[name] = category.score;
    for (const { id, weight } of category.auditRefs) {
      const audit = lhr.audits[id];
      if (!weight || audit.score === null || audit.score >= 0.9) continue;
      const where = (audit.details?.items ?? []).slice(0, 5).map((item) => item.node?.snippet ?? item.url ?? item.reason ?? item.description);
      wrong.push(`${name}: ${id}, ${audit.title} ${audit.displayValue ?? ""} ${JSON.stringify(where)}`);
    }
  }
  pages.push({ url, scores, wrong });
}
process.stdout.write(JSON.stringify(pages));
