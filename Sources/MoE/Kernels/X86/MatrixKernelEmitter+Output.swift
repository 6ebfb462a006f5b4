#if arch(x86_64) && !os(Windows)
  /// The way in and out of a tile: starting values, bias, epilogue, masked and scattered rows.
  extension MatrixKernelEmitter {
    // MARK: Masks

    /// Loads the mask of the last vector: k1, or a register for AVX2.
    mutating func loadMask() {
      let wholeColumns = (shape.vectors - 1) * set.lanes
      assembler.mov(.r8, argument(\.columns))
      switch set {
      case .avx512:
        assembler.sub(.r8, wholeColumns)
        assembler.mov(.rax, -1)
        assembler.bzhi(.rax, .rax, .r8)
        assembler.kmovw(.k1, .rax)
      case .avx2:
        // As many ones as columns: the table's ones end where its zeros begin.
        assembler.lea(.rax, .at(maskTable, 4 * (set.lanes + wholeColumns)))
        assembler.shift(.left, .r8, by: 2)
        assembler.sub(.rax, .r8)
        assembler.vector(.vmovups, maskRegister, .at(.rax))
      }
    }

    /// Loads a vector, only its columns if it is the last of a masked tile.
    mutating func loadLanes(_ register: VectorRegister, _ memory: MemoryOperand, isLast: Bool) {
      if !(isLast && shape.isMasked) {
        assembler.vector(.vmovups, register, memory)
      } else if set == .avx512 {
        assembler.vector(.vmovups, register, memory, mask: .k1, zeroing: true)
      } else {
        assembler.vector(.vmaskmovps, register, maskRegister, memory)
      }
    }

    private mutating func storeLanes(
      _ register: VectorRegister, _ memory: MemoryOperand, isLast: Bool
    ) {
      if !(isLast && shape.isMasked) {
        assembler.vector(.vmovupsStore, register, memory)
      } else if set == .avx512 {
        assembler.vector(.vmovupsStore, register, memory, mask: .k1)
      } else {
        assembler.vector(.vmaskmovpsStore, register, maskRegister, memory)
      }
    }

    /// AVX2 needs the mask's register for operands in the loop, unless B is masked as well.
    private mutating func reloadMask() {
      if shape.isMasked && set == .avx2 && !readsRows { loadMask() }
    }

    // MARK: Output rows

    /// Calls `body` with the address of every output row in turn.
    private mutating func forEachRow(
      after step: PartialKeyPath<MatrixKernelArguments>? = nil,
      _ body: (inout MatrixKernelEmitter, Int, GeneralRegister) -> Void
    ) {
      unsafe load(.r8, \.c)
      if let step { assembler.add(.r8, argument(step)) }
      if shape.scatters {
        load(.r15, \.cOffset)
      } else {
        load(.r15, \.cStride)
      }
      for row in 0..<shape.rows {
        if shape.scatters {
          assembler.mov(.rax, .at(.r8, 8 * row))
          assembler.add(.rax, .r15)
          body(&self, row, .rax)
        } else {
          body(&self, row, .r8)
          if row + 1 < shape.rows { assembler.add(.r8, .r15) }
        }
      }
    }

    /// Sets the accumulators to zero or to the output, and asks for the lines to be written.
    mutating func startAccumulators() {
      if shape.accumulates {
        reloadMask()
        forEachRow { emitter, row, base in
          for vector in 0..<emitter.shape.totalVectors {
            emitter.loadLanes(
              emitter.accumulator(row, vector), .at(base, 4 * emitter.set.lanes * vector),
              isLast: vector == emitter.shape.totalVectors - 1)
          }
        }
        prefetchNextTile()
        return
      }
      forEachRow { emitter, row, base in
        if !emitter.prefetchesOutput { emitter.prefetchOutput(base) }
        for vector in 0..<emitter.shape.totalVectors {
          // 128 bits wide clears the rest, and is the short encoding; not for high registers.
          var register = emitter.accumulator(row, vector)
          if register.number < 16 { register = register.resized(to: .bits128) }
          emitter.assembler.vector(.vxorps, register, register, register)
        }
      }
    }

    private mutating func prefetchOutput(_ base: GeneralRegister) {
      for line in stride(from: 0, to: 4 * set.lanes * shape.totalVectors, by: 64) {
        assembler.prefetch(.forWriting, .at(base, line))
      }
    }

    /// Chains that start from the output would wait for it; ask while the tile before is computed.
    private mutating func prefetchNextTile() {
      let last = assembler.makeLabel()
      assembler.cmp(.r9, 1)
      assembler.jump(.equal, last)
      forEachRow(after: \.cStep) { emitter, _, base in emitter.prefetchOutput(base) }
      assembler.bind(last)
    }

    /// Adds the bias, applies the epilogue and stores.
    mutating func finishAndStore() {
      reloadMask()
      // Two registers are free here beside AVX2's mask: the first operand of a step, and the next.
      let scratch = set.register(shape.rows * shape.totalVectors)
      if shape.hasBias {
        unsafe load(.rax, \.bias)
        for vector in 0..<shape.totalVectors {
          loadLanes(
            scratch, .at(.rax, 4 * set.lanes * vector), isLast: vector == shape.totalVectors - 1)
          for row in 0..<shape.rows {
            let register = accumulator(row, vector)
            assembler.vector(.vaddps, register, register, scratch)
          }
        }
      }
      emitActivation(scratch)
      forEachRow { emitter, row, base in
        for vector in 0..<emitter.shape.totalVectors {
          emitter.storeLanes(
            emitter.accumulator(row, vector), .at(base, 4 * emitter.set.lanes * vector),
            isLast: vector == emitter.shape.totalVectors - 1)
        }
      }
    }

    private mutating func emitActivation(_ scratch: VectorRegister) {
      switch shape.epilogue {
      case .none: break
      case .rectify:
        assembler.vector(.vxorps, scratch, scratch, scratch)
        for row in 0..<shape.rows {
          for vector in 0..<shape.totalVectors {
            // The second source stands where either is not a number, so those pass through.
            let register = accumulator(row, vector)
            assembler.vector(.vmaxps, register, scratch, register)
          }
        }
      }
    }
  }
#endif
