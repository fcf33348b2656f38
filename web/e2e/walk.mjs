// Walks the journeys of the files that are named, one after the other, in one process and one browser: node walk.mjs file …
import { pathToFileURL } from 'node:url';

for (const file of process.argv.slice(2)) await import(pathToFileURL(file));
