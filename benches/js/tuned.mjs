// The same model as fast as JavaScript makes it: typed arrays, no objects, nothing allocated while it runs.

/** The mean response of so many customers, in nanoseconds. */
export function tuned(customers, servers, rate, service) {
  // At most one arrival and one completion for each server are pending.
  const times = new Float64Array(servers + 2)
  const sequences = new Uint32Array(servers + 2)
  const whats = new Uint32Array(servers + 2)
  let length = 0
  let sequence = 0
  const ARRIVAL = servers
  // A ring for each queue; a queue of 4,096 at 80 % does not come.
  const ROOM = 4096
  const came = new Float64Array(servers * ROOM)
  const works = new Float64Array(servers * ROOM)
  const first = new Uint32Array(servers)
  const count = new Uint32Array(servers)
  let next = 0
  let arrived = 0
  let sum = 0
  const gap = 1e9 / rate

  function push(time, what) {
    const own = sequence++
    let at = length++
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (times[parent] < time || (times[parent] === time && sequences[parent] < own)) break
      times[at] = times[parent]
      sequences[at] = sequences[parent]
      whats[at] = whats[parent]
      at = parent
    }
    times[at] = time
    sequences[at] = own
    whats[at] = what
  }

  // The top leaves: the last takes its place and sinks.
  function pop() {
    length--
    const time = times[length]
    const own = sequences[length]
    const what = whats[length]
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= length) break
      const other = child + 1
      if (other < length && (times[other] < times[child] || (times[other] === times[child] && sequences[other] < sequences[child]))) child = other
      if (time < times[child] || (time === times[child] && own < sequences[child])) break
      times[at] = times[child]
      sequences[at] = sequences[child]
      whats[at] = whats[child]
      at = child
    }
    times[at] = time
    sequences[at] = own
    whats[at] = what
  }

  push(-Math.log(1 - Math.random()) * gap, ARRIVAL)
  while (length > 0) {
    const now = times[0]
    const what = whats[0]
    pop()
    if (what === ARRIVAL) {
      arrived++
      const work = -Math.log(1 - Math.random()) * service
      const server = next
      next = next + 1 === servers ? 0 : next + 1
      const place = server * ROOM + ((first[server] + count[server]) & (ROOM - 1))
      came[place] = now
      works[place] = work
      if (count[server]++ === 0) push(now + work, server)
      if (arrived < customers) push(now - Math.log(1 - Math.random()) * gap, ARRIVAL)
    } else {
      const base = what * ROOM
      sum += now - came[base + first[what]]
      first[what] = (first[what] + 1) & (ROOM - 1)
      if (--count[what] > 0) push(now + works[base + first[what]], what)
    }
  }
  return sum / customers
}
