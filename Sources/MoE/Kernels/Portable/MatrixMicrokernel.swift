/// The innermost loop of the matrix product: a tile of 6 × 8 output elements held in registers.
///
/// ```text
///                        right panel: 8 columns, depth-major
/// left panel:            output tile:
/// 6 rows, depth-major,   6 × 8
/// each scalar four times
/// ```
///
/// Twelve of the sixteen registers of SSE (or of NEON's 32) hold the tile as `SIMD4`, two a row of
/// the right panel, one a scalar of the left. The left panel holds each scalar four times, so that
/// loading one is loading a vector: without that, every scalar costs a shuffle, and shuffles share
/// a port with the additions. Each output element is one chain of multiply-adds in the order of
/// depth.
package enum MatrixMicrokernel {
  /// The rows of a tile.
  package static let rowCount = 6
  /// The columns of a tile.
  package static let columnCount = 8
  /// How often the left panel holds each scalar.
  package static let leftCopies = 4

  /// Adds the product of two packed panels to a tile of the output, or overwrites the tile with it.
  ///
  /// - Parameters:
  ///   - depth: The shared size of the panels.
  ///   - left: `depth` × 6 scalars, each four times, on a 16-byte boundary.
  ///   - right: `depth` × 8 scalars on a 16-byte boundary.
  ///   - output: The first scalar of the tile; read only where `accumulates`.
  ///   - outputStride: The scalars from one row of the output to the next.
  ///   - accumulates: Whether the chains go on from what the output holds, or start at zero.
  @inline(never)
  package static func run(
    depth: Int, left: UnsafePointer<Float>, right: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, outputStride: Int, accumulates: Bool
  ) {
    typealias Vector = SIMD4<Float>
    var (c00, c01) = (Vector(), Vector())
    var (c10, c11, c20, c21, c30, c31) = (c00, c00, c00, c00, c00, c00)
    var (c40, c41, c50, c51) = (c00, c00, c00, c00)
    let outputBytes = UnsafeMutableRawPointer(output)
    let rowBytes = outputStride * MemoryLayout<Float>.stride

    @inline(__always) func load(_ row: Int, _ half: Int) -> Vector {
      unsafe outputBytes.loadUnaligned(fromByteOffset: row * rowBytes + half * 16, as: Vector.self)
    }
    @inline(__always) func store(_ row: Int, _ first: Vector, _ second: Vector) {
      unsafe outputBytes.storeBytes(of: first, toByteOffset: row * rowBytes, as: Vector.self)
      unsafe outputBytes.storeBytes(of: second, toByteOffset: row * rowBytes + 16, as: Vector.self)
    }

    if accumulates {
      (c00, c01, c10, c11) = (load(0, 0), load(0, 1), load(1, 0), load(1, 1))
      (c20, c21, c30, c31) = (load(2, 0), load(2, 1), load(3, 0), load(3, 1))
      (c40, c41, c50, c51) = (load(4, 0), load(4, 1), load(5, 0), load(5, 1))
    }
    var a = unsafe UnsafeRawPointer(left).assumingMemoryBound(to: Vector.self)
    var b = unsafe UnsafeRawPointer(right).assumingMemoryBound(to: Vector.self)
    for _ in 0..<depth {
      let (b0, b1) = unsafe (b[0], b[1])
      var scalar = unsafe a[0]
      (c00, c01) = (c00.adding(scalar, times: b0), c01.adding(scalar, times: b1))
      scalar = unsafe a[1]
      (c10, c11) = (c10.adding(scalar, times: b0), c11.adding(scalar, times: b1))
      scalar = unsafe a[2]
      (c20, c21) = (c20.adding(scalar, times: b0), c21.adding(scalar, times: b1))
      scalar = unsafe a[3]
      (c30, c31) = (c30.adding(scalar, times: b0), c31.adding(scalar, times: b1))
      scalar = unsafe a[4]
      (c40, c41) = (c40.adding(scalar, times: b0), c41.adding(scalar, times: b1))
      scalar = unsafe a[5]
      (c50, c51) = (c50.adding(scalar, times: b0), c51.adding(scalar, times: b1))
      unsafe a += 6
      unsafe b += 2
    }
    store(0, c00, c01)
    store(1, c10, c11)
    store(2, c20, c21)
    store(3, c30, c31)
    store(4, c40, c41)
    store(5, c50, c51)
  }
}
