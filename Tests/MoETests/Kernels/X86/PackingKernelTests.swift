#if arch(x86_64) && !os(Windows)
  import MoE
  import Testing

  @Suite("Packing kernels")
  struct PackingKernelTests {
    @Test("every source, width and column count", arguments: InstructionSet.available)
    func packing(set: InstructionSet) {
      for width in [set.lanes, 2 * set.lanes] {
        for columns in 1...width {
          for kind in [PackingKernelShape.Source.contiguous, .transposed, .gathered] {
            let shape = PackingKernelShape(set, kind, columns: columns, width: width)
            // From none to two turns of sixteen steps, one of four and some single ones.
            let depth = columns * 7 % 39
            #expect(
              Self.isRight(PackingKernel(shape), depth: depth, panels: 1 + columns % 3),
              "\(shape), \(depth)")
          }
        }
      }
    }

    static func isRight(_ kernel: PackingKernel, depth: Int, panels: Int) -> Bool {
      let shape = kernel.shape
      let columns = shape.columns * panels
      let stride = kindStride(shape, depth: depth, columns: columns)
      let major = shape.source == .contiguous ? depth : columns
      let source = GuardedFloats(major * stride, offset: 1) { Float($0 + 1) }
      let packed = GuardedFloats(panels * depth * shape.width) { _ in -1 }
      let pointers = UnsafeMutablePointer<UnsafeRawPointer>.allocate(capacity: columns)
      defer { unsafe pointers.deallocate() }
      for column in 0..<columns {
        // Two floats before, so that the offset counts.
        unsafe pointers[column] = UnsafeRawPointer(source.start + column * stride - 2)
      }
      var arguments = PackingArguments()
      unsafe arguments.source =
        shape.source == .gathered ? UnsafeRawPointer(pointers) : UnsafeRawPointer(source.start)
      arguments.sourceStride = 4 * stride
      arguments.sourceOffset = 8
      arguments.sourceStep =
        switch shape.source {
        case .contiguous: 4 * shape.columns
        case .transposed: 4 * stride * shape.columns
        case .gathered: 8 * shape.columns
        }
      unsafe arguments.destination = UnsafeMutableRawPointer(packed.start)
      arguments.destinationStep = 4 * depth * shape.width
      arguments.depth = depth
      arguments.panels = panels
      unsafe kernel(&arguments)
      for panel in 0..<panels {
        for step in 0..<depth {
          for lane in 0..<shape.width {
            let column = panel * shape.columns + lane
            let index =
              shape.source == .contiguous ? step * stride + column : column * stride + step
            let expected = lane < shape.columns ? source[index] : 0
            if packed[(panel * depth + step) * shape.width + lane] != expected { return false }
          }
        }
      }
      return packed.isIntact
    }

    private static func kindStride(_ shape: PackingKernelShape, depth: Int, columns: Int) -> Int {
      shape.source == .contiguous ? columns + 3 : depth + 3
    }
  }
#endif
