// What a good web developer writes first: a heap of event objects, each with a closure to call.

class Heap {
  constructor() { this.items = [] }
  before(a, b) { return a.time < b.time || (a.time === b.time && a.sequence < b.sequence) }
  push(item) {
    const items = this.items
    items.push(item)
    let at = items.length - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.before(items[at], items[parent])) break
      ;[items[at], items[parent]] = [items[parent], items[at]]
      at = parent
    }
  }
  pop() {
    const items = this.items
    const top = items[0]
    const last = items.pop()
    if (items.length > 0) {
      items[0] = last
      let at = 0
      for (;;) {
        let least = at
        for (const child of [2 * at + 1, 2 * at + 2]) {
          if (child < items.length && this.before(items[child], items[least])) least = child
        }
        if (least === at) break
        ;[items[at], items[least]] = [items[least], items[at]]
        at = least
      }
    }
    return top
  }
}

/** The mean response of so many customers, in nanoseconds. */
export function plain(customers, servers, rate, service) {
  const heap = new Heap()
  let now = 0
  let sequence = 0
  const schedule = (delay, action) => heap.push({ time: now + delay, sequence: sequence++, action })
  const exponential = (mean) => -Math.log(1 - Math.random()) * mean
  const queues = Array.from({ length: servers }, () => [])
  let next = 0
  let arrived = 0
  let sum = 0
  const begin = (queue) => {
    const customer = queue[0]
    schedule(customer.service, () => {
      queue.shift()
      sum += now - customer.came
      if (queue.length > 0) begin(queue)
    })
  }
  const arrive = () => {
    arrived++
    const queue = queues[next]
    next = (next + 1) % servers
    queue.push({ came: now, service: exponential(service) })
    if (queue.length === 1) begin(queue)
    if (arrived < customers) schedule(exponential(1e9 / rate), arrive)
  }
  schedule(exponential(1e9 / rate), arrive)
  while (heap.items.length > 0) {
    const event = heap.pop()
    now = event.time
    event.action()
  }
  return sum / customers
}
