#if arch(x86_64) && !os(Windows)
  import MoE
  import Testing

  /// The copy past the caches, for sources and targets of any alignment.
  @Suite(.onEveryKernelSet) struct StreamingCopyTests {
    @Test func copiesEveryByteAndNoOther() {
      let least = StreamingCopy.leastByteCount
      var generator = SeededGenerator(seed: 3)
      for (shift, offset, count) in [
        (0, 0, least), (1, 0, least + 1), (0, 4, least + 4), (3, 60, least + 255),
        (2, 8, least + 256), (63, 128, least + 257), (5, 252, 3 * least + 12),
      ] {
        let source = (0..<count + shift).map { _ in
          UInt8(truncatingIfNeeded: generator.next())
        }
        // Targets are of floats, and so at least aligned to these.
        let room = (count + offset) / 4 + 128
        let target = AlignedStorage(uninitializedCapacity: room)
        let bytes = unsafe UnsafeMutableRawPointer(target.base)
        unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0xA5, count: 4 * room)
        let isCopied = unsafe source.withUnsafeBytes {
          unsafe StreamingCopy.copy(
            $0.baseAddress! + shift, to: bytes + offset, byteCount: count)
        }
        // The portable kernels have no code.
        #expect(isCopied == (KernelSet.current.instructions != nil))
        guard isCopied else { continue }
        var differing = 0
        for index in 0..<4 * room {
          let isInside = (offset..<offset + count).contains(index)
          let expected = isInside ? source[shift + index - offset] : 0xA5
          if unsafe bytes.load(fromByteOffset: index, as: UInt8.self) != expected {
            differing += 1
          }
        }
        #expect(differing == 0, "\(count) bytes from \(shift) to \(offset)")
      }
    }

    @Test func littleIsLeftToOthers() {
      let (source, target) = (
        AlignedStorage(uninitializedCapacity: 16), AlignedStorage(uninitializedCapacity: 16)
      )
      unsafe #expect(!StreamingCopy.copy(source.base, to: target.base, byteCount: 64))
    }

    @Test func storedTensorsHaveTheirBits() {
      let count = StreamingCopy.leastByteCount / 4 + 77
      let tensor = Tensor(scattered: [count], seed: 4)
      let bytes = [0] + tensor.stored(as: .float32)
      let read = unsafe bytes.withUnsafeBytes {
        unsafe Tensor(
          stored: RawSpan(_unsafeBytes: $0).extracting(1..<bytes.count), as: .float32,
          shape: [count])
      }
      #expect(read.bits == tensor.bits)
    }
  }
#endif
