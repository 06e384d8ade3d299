/** Whether anything was counted for a path, or below it, in batches that go by: whoever removes the path must know. */
import { OVERFLOW_NAME, type Path } from '../model/path.js'
import type { Batch } from '../rollup/batch.js'
import { KIND_KEY, type NodeTable, ROOT_NODE } from '../rollup/nodes.js'
import type { Forgetting } from './stored-tree.js'

/** Watches one path. */
export class PathWatch {
  readonly #what: Forgetting
  readonly #onEnd: () => void
  isTouched = false

  constructor(what: Forgetting, onEnd: () => void) {
    this.#what = what
    this.#onEnd = onEnd
  }

  /** Looks at a batch; those that take counts away from exactly the nodes they name are none of its business. */
  see(batch: Batch): void {
    if (this.isTouched || batch.exact || batch.count === 0) return
    const { nodes } = batch.interner
    const leaves = new Set(batch.leaves.subarray(0, batch.leafEnd[batch.count - 1]))
    for (const leaf of leaves) {
      if (!this.#isBelow(nodes, leaf)) continue
      this.isTouched = true
      return
    }
  }

  end(): void {
    this.#onEnd()
  }

  #isBelow(nodes: NodeTable, leaf: number): boolean {
    const key: string[] = []
    const path: string[] = []
    for (let node = leaf; node !== ROOT_NODE; node = nodes.parent[node]!) {
      const steps = nodes.kind[node] === KIND_KEY ? key : path
      steps.unshift(nodes.nameOf(node))
    }
    return startsWith(key, this.#what.key) && startsWith(path, this.#what.path)
  }
}

/** The overflow child stands for any name. */
function startsWith(steps: Path, start: Path): boolean {
  return start.every((name, i) => i < steps.length && (steps[i] === name || name === OVERFLOW_NAME))
}
