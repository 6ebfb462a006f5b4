#if arch(x86_64) && os(Linux)
  import Foundation
  import MoE
  import Testing

  /// A process that may not make pages executable runs the portable kernels, and works; one that may not any
  /// more, once generated kernels are in use, ends with a message.
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

    @Test func endsWhereKernelsAreInUse() async {
      let result = await #expect(
        processExitsWith: .failure, observing: [\.standardErrorContent]
      ) {
        // Where this cannot be tried, what is expected all the same.
        func say() {
          fatalError("no executable memory for a test; MOE_KERNELS=portable needs none")
        }
        guard InstructionSet.best != nil, DeniedPagesTests.denyExecutablePages() else {
          return say()
        }
        guard KernelSet.current != .portable else { return say() }
        let tensor = Tensor(repeating: 1, shape: [3])
        precondition(tensor.exp().count == 3)
      }
      #expect(result?.standardErrorSays("no executable memory for ") == true)
      #expect(result?.standardErrorSays("MOE_KERNELS=portable needs none") == true)
    }
  }
#endif
