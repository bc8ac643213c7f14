// Asked line by line for a contestant's run; answers with seconds and the mean response in nanoseconds.

import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { plain } from './plain.mjs'
import { tuned } from './tuned.mjs'

const wasm = createRequire(import.meta.url)(resolve(process.argv[2], 'headroom_benches.js'))

// As in `src/lib.rs`.
const SERVERS = 10
const SERVICE = 100_000
const RATE = 80_000
// Events in a call: below 5 ms, so that V8 can put better code in place before the next.
const SLICE = 20_000

function timed(work) {
  const start = performance.now()
  const result = work()
  return [(performance.now() - start) / 1000, result]
}

/** Runs the engine to a time; seconds that it took. */
function advance(engine, until, slice) {
  return timed(() => { while (!engine.advance(until, slice)) ; })[0]
}

const contestants = {
  engine: (seed, customers) => timed(() => {
    const engine = new wasm.Engine(seed, customers)
    advance(engine, Infinity, SLICE)
    const mean = engine.mean()
    engine.free()
    return mean
  }),
  bare: (seed, customers) => timed(() => wasm.bare(seed, customers)),
  plain: (_, customers) => timed(() => plain(customers, SERVERS, RATE, SERVICE)),
  tuned: (_, customers) => timed(() => tuned(customers, SERVERS, RATE, SERVICE)),
  // The first virtual second of this process, and the median of the later ones.
  first: (seed, customers) => {
    const engine = new wasm.Engine(seed, customers)
    const first = advance(engine, 1, SLICE)
    const later = []
    for (let second = 2; second <= engine.seconds(); second++) later.push(advance(engine, second, SLICE))
    // The last half: by then the better code is in place.
    const steady = later.slice(later.length >> 1).sort((a, b) => a - b)
    return [first, steady[steady.length >> 1]]
  },
  long: (seed, customers) => [advance(new wasm.Engine(seed, customers), Infinity, 0xffffffff), 0],
  sliced: (seed, customers) => [advance(new wasm.Engine(seed, customers), Infinity, SLICE), 0],
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const [name, seed, customers] = line.split(' ')
  const [seconds, mean] = contestants[name](Number(seed), Number(customers))
  process.stdout.write(`${seconds} ${mean}\n`)
}).on('close', () => process.exit(0))
