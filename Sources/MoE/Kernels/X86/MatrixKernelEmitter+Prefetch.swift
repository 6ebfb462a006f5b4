#if arch(x86_64) && !os(Windows)
  /// The lines that the loop of a kernel asks the caches for ahead of their use.
  extension MatrixKernelEmitter {
    /// Brings nearer what the hardware's own prefetching leaves at the ends of panels.
    mutating func emitPrefetch(_ step: Int) {
      if readsRows {
        for line in stride(from: 0, to: 4 * set.lanes * shape.vectors, by: 64) {
          assembler.prefetch(.allLevels, rightRow(.r8, step, line))
        }
      } else if set == .avx512 || shape.rows <= 4 {
        // AVX2's larger tiles leave no room: half the load slots are taken.
        for vector in 0..<shape.totalVectors where vector % (64 / (4 * set.lanes)) == 0 {
          let distance = right(vector, step).advanced(by: 2048)
          assembler.prefetch(.allLevels, distance)
        }
      }
      // The next tile's rows follow the panel's end, as does the next panel.
      if case .panel(let stride) = shape.left, 4 * stride * step % 64 == 0, shape.rows > 2 {
        assembler.prefetch(.allLevels, .at(.rsi, 4 * stride * step + 1536))
      }
      if step == 0 && !readsRows && shape.panels == 1 { emitFarPrefetch() }
      if step == 2 && prefetchesOutput { emitOutputPrefetch() }
    }

    /// Two lines of what comes after this call, until there is enough of it.
    private mutating func emitFarPrefetch() {
      let enough = assembler.makeLabel()
      assembler.arithmetic(.cmp, .r12, unsafe argument(\.prefetchEnd))
      assembler.jump(.aboveOrEqual, enough, short: true)
      assembler.prefetch(.secondLevel, .at(.r12))
      assembler.prefetch(.secondLevel, .at(.r12, 64))
      assembler.add(.r12, argument(\.prefetchStride))
      assembler.bind(enough)
    }

    /// Whether the loop asks for the lines to be written: where A leaves it the registers, and the
    /// multiply-adds the time, which those of AVX2's smaller tiles do not.
    var prefetchesOutput: Bool {
      if case .panel = shape.left { self.set == .avx512 && !shape.scatters } else { false }
    }

    /// Asks for one row of the output in the loop's last turns: all rows at once would hold up the
    /// loads of the panels, and much earlier they would be gone from the first-level cache again.
    private mutating func emitOutputPrefetch() {
      // Some turns before the end, as memory takes its time; they run on to the next tile's rows.
      let turns = shape.rows + 10
      let tooEarly = assembler.makeLabel()
      assembler.cmp(.rcx, MatrixKernelEmitter.unroll * turns)
      assembler.jump(.greaterOrEqual, tooEarly, short: true)
      for line in stride(from: 0, to: 4 * set.lanes * shape.totalVectors, by: 64) {
        assembler.prefetch(.forWriting, .at(.r11, line))
      }
      assembler.add(.r11, .rbp)
      assembler.bind(tooEarly)
    }
  }
#endif
