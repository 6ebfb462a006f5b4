#if arch(x86_64) && os(Linux)
  import Foundation
  import MoE
  import Testing

  /// Takes from this process the right to make pages executable.
  enum PageDenial {
    /// `prctl`, which takes a variable number of arguments, so that Swift does not import it.
    private static func control(_ option: Int32, _ argument: UInt) -> Int32 {
      typealias Control = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
      guard let address = unsafe dlsym(nil, "prctl") else { return -1 }
      return unsafe unsafeBitCast(address, to: Control.self)(option, argument, 0, 0, 0)
    }

    /// Whether the kernel knows how: from Linux 6.3 on it answers PR_GET_MDWE.
    static let isPossible = control(66, 0) >= 0

    /// Forbids this process to make written pages executable, for good.
    static func begin() {
      // PR_SET_MDWE with PR_MDWE_REFUSE_EXEC_GAIN.
      precondition(control(65, 1) == 0, "executable pages cannot be denied")
    }
  }

  /// A process that may not make pages executable runs the portable kernels, and works; one that
  /// may not any more, once generated kernels are in use, goes on in the same bits and says so.
  @Suite(.enabled(if: PageDenial.isPossible, "this system cannot deny executable pages"))
  struct DeniedPagesTests {
    @Test func fallsBackToPortableKernels() async {
      await #expect(processExitsWith: .success) {
        PageDenial.begin()
        precondition(KernelSet.available == [.portable])
        precondition(KernelSet.current == .portable)
        precondition(Compute.description.hasPrefix("portable kernels"))
        let matrix: Tensor = [[1, 2], [3, 4]]
        precondition(matrix.matmul(matrix) == [[7, 10], [15, 22]])
        precondition(matrix.matmul(PackedMatrix(matrix)) == [[7, 10], [15, 22]])
        precondition(matrix.softmax().rowSums()[0] == 1)
      }
    }

    /// Work of many kernels: the bits of its results.
    static func work(rows: Range<Int>) -> [UInt32] {
      let left = Tensor(scattered: [40, 37], seed: 1)[entries: rows]
      let layer = Linear(weight: Tensor(scattered: [35, 37], seed: 2), bias: Tensor(zeros: [35]))
      let hidden = layer(left, then: .relu)
      return (hidden.softmax() * hidden.exp()).bits
        + left.matmul(left[entry: 0].reshaped(to: [37, 1])).bits
    }

    /// Kernels over codes are not interpreted: plain Swift decodes in the place of those refused.
    @Test(.ifCodeRuns) func weightsInFewerBitsGoOn() async {
      await #expect(processExitsWith: .success) {
        guard let best = KernelSet.available.last else { return }
        KernelSet.withCurrent(best) {
          let left = Tensor(scattered: [1, 64], seed: 1)
          let weights = WeightFormatCases.scattered(.int4(), shape: [300, 64], seed: 2)
          let expected = left.matmul(weights.decompressed(), transposingRight: true).bits
          // A single panel: several at once, and a part of one, are other kernels.
          let few = WeightFormatCases.scattered(.int4(), shape: [32, 64], seed: 3)
          _ = left.product(WeightMatrix(few).operand())
          PageDenial.begin()
          precondition(left.product(WeightMatrix(weights).operand()).bits == expected)
        }
      }
    }

    /// Nor are those that round: what plain Swift rounds has the same bits.
    @Test(.ifCodeRuns) func roundingGoesOn() async {
      await #expect(processExitsWith: .success) {
        guard let best = KernelSet.available.last else { return }
        KernelSet.withCurrent(best) {
          let tensor = Tensor(scattered: [20, 70], seed: 1)
          func round(_ rounding: WeightRounding) -> [CompressedWeights.Content] {
            [.bfloat16, .float8E4M3(), .int4()].flatMap {
              CompressedWeights(tensor, format: $0, rounding: rounding).content
            }
          }
          let rounding = WeightRounding.leastSquares(candidates: 2)
          let expected = KernelSet.withCurrent(.portable) { (round(.byMaximum), round(rounding)) }
          PageDenial.begin()
          precondition(round(.byMaximum) == expected.0 && round(rounding) == expected.1)
        }
      }
    }

    @Test(.ifCodeRuns) func goesOnInTheSameBitsWhereKernelsAreInUse() async {
      let result = await #expect(
        processExitsWith: .success, observing: [\.standardErrorContent]
      ) {
        guard let best = KernelSet.available.last else { return }
        KernelSet.withCurrent(best) {
          // Other kernels than those of what follows: for many rows at once.
          let many = DeniedPagesTests.work(rows: 0..<40)
          PageDenial.begin()
          for rows in [0..<1, 3..<5, 7..<16] {
            let few = DeniedPagesTests.work(rows: rows)
            let (width, count) = (35, rows.count)
            precondition(
              Array(few.prefix(width * count))
                == Array(many[width * rows.lowerBound..<width * rows.upperBound]), "\(rows)")
          }
          // A function that nothing has asked for so far.
          let values = Tensor(scattered: [19], seed: 3)
          precondition(
            values.erf().bits
              == values.scalarArray.map {
                ElementaryFunctions.ErrorFunction()(FusedLane($0)).value.bitPattern
              })
        }
      }
      #expect(result?.standardErrorSays("MoE: no executable memory for ") == true)
    }

    @Test(.ifCodeRuns) func preparedKernelsStay() async {
      let result = await #expect(
        processExitsWith: .success, observing: [\.standardErrorContent]
      ) {
        guard let best = KernelSet.available.last else { return }
        KernelSet.withCurrent(best) {
          Compute.prepare()
          PageDenial.begin()
          precondition(!DeniedPagesTests.work(rows: 0..<40).isEmpty)
          precondition(!DeniedPagesTests.work(rows: 2..<3).isEmpty)
        }
      }
      #expect(result?.standardErrorSays("no executable memory") == false)
    }
  }
#endif
