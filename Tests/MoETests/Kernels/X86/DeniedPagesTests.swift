#if arch(x86_64) && os(Linux)
  import Foundation
  import MoE
  import Testing

  /// A process that may not make pages executable runs the portable kernels, and works; one that may not any
  /// more, once generated kernels are in use, goes on in the same bits and says so.
  @Suite struct DeniedPagesTests {
    /// Forbids this process to make written pages executable, for good; false where the kernel is older than
    /// Linux 6.3.
    static func denyExecutablePages() -> Bool {
      typealias Control = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
      // `prctl` takes a variable number of arguments, which Swift does not import.
      guard let address = unsafe dlsym(nil, "prctl") else { return false }
      let control = unsafe unsafeBitCast(address, to: Control.self)
      // PR_SET_MDWE with PR_MDWE_REFUSE_EXEC_GAIN.
      return control(65, 1, 0, 0, 0) == 0
    }

    @Test func fallsBackToPortableKernels() async {
      await #expect(processExitsWith: .success) {
        guard DeniedPagesTests.denyExecutablePages() else { return }
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

    @Test func goesOnInTheSameBitsWhereKernelsAreInUse() async {
      let result = await #expect(
        processExitsWith: .success, observing: [\.standardErrorContent]
      ) {
        guard KernelSet.current != .portable else { return }
        // Other kernels than those of what follows: for many rows at once.
        let many = DeniedPagesTests.work(rows: 0..<40)
        guard DeniedPagesTests.denyExecutablePages() else { return }
        precondition(KernelSet.current != .portable)
        for rows in [0..<1, 3..<5, 7..<16] {
          let few = DeniedPagesTests.work(rows: rows)
          let (width, count) = (35, rows.count)
          precondition(
            Array(few.prefix(width * count))
              == Array(many[width * rows.lowerBound..<width * rows.upperBound]), "\(rows)")
        }
        // Functions that nothing has asked for so far.
        let values = Tensor(scattered: [19], seed: 3)
        precondition(
          values.erf().bits
            == values.scalarArray.map {
              ElementaryFunctions.ErrorFunction()(FusedLane($0)).value.bitPattern
            })
      }
      #expect(result != nil)
    }

    @Test func preparedKernelsStay() async {
      let result = await #expect(
        processExitsWith: .success, observing: [\.standardErrorContent]
      ) {
        Compute.prepare()
        guard DeniedPagesTests.denyExecutablePages() else { return }
        precondition(!DeniedPagesTests.work(rows: 0..<40).isEmpty)
        precondition(!DeniedPagesTests.work(rows: 2..<3).isEmpty)
      }
      #expect(result?.standardErrorSays("no executable memory") == false)
    }
  }
#endif
