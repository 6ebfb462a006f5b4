#if arch(x86_64) && !os(Windows)
  import MoE
  import Testing

  /// Plain Swift in place of kernels whose pages were refused: the bits of the code, to the last.
  @Suite("Interpreted kernels")
  struct InterpretedKernelTests {
    @Test("matrix kernels", arguments: InstructionSet.available)
    func matrixKernels(set: InstructionSet) {
      let trial = MatrixKernelTrial(set)
      // All that is prepared, but columns in place, which the trial has no operand for.
      for shape in PreparedKernels.matrixShapes(set) where shape.right != .columns {
        let whole = shape.totalVectors * set.lanes
        let columns = shape.isMasked ? whole - 3 : whole
        let mismatch = trial.mismatch(MatrixKernel(interpreting: shape), columns: columns)
        #expect(mismatch == nil, "\(shape): \(mismatch ?? "")")
      }
    }

    @Test("packing kernels", arguments: InstructionSet.available)
    func packingKernels(set: InstructionSet) {
      for shape in PreparedKernels.packingShapes(set) {
        #expect(
          PackingKernelTests.isRight(
            PackingKernel(interpreting: shape), depth: shape.columns * 7 % 39,
            panels: 1 + shape.columns % 3), "\(shape)")
      }
    }

    @Test("vector functions", arguments: VectorKernelTests.generated)
    func functions(set: KernelSet) {
      KernelSet.withCurrent(set) {
        for function in LibraryFunctions.functions { check(function) }
      }
    }

    @Test("folds", arguments: VectorKernelTests.generated)
    func folds(set: KernelSet) {
      KernelSet.withCurrent(set) { for fold in LibraryFunctions.folds { check(fold) } }
    }

    private func check(_ function: some VectorFunction) {
      let inputs = (0..<4).map { VectorKernelTests.samples(37 + 3 * $0) }
      func outputs(_ kernel: VectorKernel<some VectorFunction>) -> [[Float]] {
        let outputs = (0..<3).map { _ in FencedFloats([Float](repeating: 0, count: 40)) }
        unsafe inputs[0].withUnsafeScalars { a in
          unsafe inputs[1].withUnsafeScalars { b in
            unsafe inputs[2].withUnsafeScalars { c in
              unsafe inputs[3].withUnsafeScalars { d in
                unsafe kernel.run(
                  over: 1..<37,
                  VectorPointers(
                    a, b, c, d, to: outputs[0].start, outputs[1].start, outputs[2].start))
              }
            }
          }
        }
        return outputs.map { output in (0..<40).map { unsafe output.start[$0] } }
      }
      let (own, expected) = (
        outputs(VectorKernel(interpreting: function)), outputs(VectorKernel(function))
      )
      for number in 0..<3 { expectBits(own[number], expected[number], "\(function)") }
    }

    private func check(_ fold: some VectorFold) {
      let (a, b) = (VectorKernelTests.samples(37), VectorKernelTests.samples(40))
      func outputs(_ kernel: FoldKernel<some VectorFold>) -> [Float] {
        var stored = [Float](repeating: 0, count: 40)
        let result = unsafe a.withUnsafeScalars { a in
          unsafe b.withUnsafeScalars { b in
            unsafe stored.withUnsafeMutableBufferPointer {
              unsafe kernel.run(count: 37, a, b, to: $0.baseAddress!)
            }
          }
        }
        return stored + [result]
      }
      expectBits(outputs(FoldKernel(interpreting: fold)), outputs(FoldKernel(fold)), "\(fold)")
    }
  }

  /// What is prepared is all that there is to need.
  @Suite struct PreparationTests {
    @Test(.ifCodeRuns) func nothingIsGeneratedAfterPreparation() async {
      await #expect(processExitsWith: .success) {
        for set in KernelSet.available where set != .portable {
          KernelSet.withCurrent(set) {
            Compute.prepare()
            let before = PreparationTests.kernelCounts()
            precondition(before.allSatisfy { $0 > 0 })
            Compute.prepare()
            precondition(PreparationTests.kernelCounts() == before, "prepared twice")
            PreparationTests.everyKindOfProduct()
            let after = PreparationTests.kernelCounts()
            precondition(after == before, "\(before) kernels prepared, \(after) needed")
          }
        }
      }
    }

    static func kernelCounts() -> [Int] {
      [
        MatrixKernelShape.kernels.count, PackingKernelShape.kernels.count,
        GeneratedVectorKernel.count,
      ]
    }

    /// Products of all ways that operands stand in memory, of sizes around those of tiles and
    /// panels.
    static func everyKindOfProduct() {
      for rows in Array(1...16) + [29] {
        for columns in [1, 5, 8, 9, 16, 17, 24, 32, 33, 40, 48, 49, 129] {
          for depth in [1, 4, 7, 40, 300] where depth < 300 || columns < 34 {
            product(rows, columns, depth)
          }
        }
      }
      for rows in [3, 9] { product(rows, 35, 1100) }
    }

    private static func product(_ rows: Int, _ columns: Int, _ depth: Int) {
      let a = Tensor(zeros: [rows, depth])
      let b = Tensor(zeros: [columns, depth])
      let bias = Tensor(zeros: [columns])
      _ = a.matmul(b.transposed())
      _ = a.transposed().matmul(b.transposed(), transposingLeft: true)
      _ = a.transposed().matmul(b, transposingLeft: true, transposingRight: true)
      _ = a.matmul(PackedMatrix(b.transposed()))
      let picked = GroupedRows([Array((0..<rows).reversed())])
      for isPacked in [false, true] {
        var weight = WeightMatrix(b)
        var grouped = WeightMatrix(b.reshaped(to: [1, columns, depth]))
        if isPacked {
          weight.pack()
          grouped.pack()
        }
        for epilogue in ProductEpilogue.allCases {
          _ = a.product(weight.operand(epilogue: epilogue))
          _ = a.product(weight.operand(bias: bias, epilogue: epilogue))
          _ = picked.product(.picked(a), grouped.operand(epilogue: epilogue))
          _ = picked.product(
            .picked(a),
            grouped.operand(bias: bias.reshaped(to: [1, columns]), epilogue: epilogue))
        }
        _ = picked.product(.picked(Tensor(zeros: [rows, columns])), grouped.backwardOperand)
      }
      _ = picked.outerProducts(.picked(a), .ordered(Tensor(zeros: [rows, columns])))
    }
  }
#endif
