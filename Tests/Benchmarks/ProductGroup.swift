import MoE

/// Measures products of matrices, as a user of the library calls them.
struct ProductGroup {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// Squares, products of experts' weights with many rows, and with one.
  func run() throws {
    let cases = session.options.isSmoke ? ProductCase.tiny : ProductCase.all
    for item in cases { try measure(item) }
  }

  private func measure(_ item: ProductCase) throws {
    let packedName = "\(item.name), packed"
    let wantsPlain = session.wants(.gemm, item.name, item.shape)
    let wantsPacked = item.isOfWeights && session.wants(.gemm, packedName, item.shape)
    guard wantsPlain || wantsPacked else { return }
    let left = Tensor(scattering: -1...1, shape: [item.rows, item.depth], seed: 1)
    // Weights have a row for each output, and are multiplied by transposed.
    let right = Tensor(
      scattering: -1...1,
      shape: item.isOfWeights ? [item.columns, item.depth] : [item.depth, item.columns], seed: 2)
    if wantsPlain {
      try measure(item, item.name, left, right) {
        left.matmul(right, transposingRight: item.isOfWeights)
      }
    }
    guard wantsPacked else { return }
    for set in session.options.kernelSets where set != .portable {
      let packed = KernelSet.withCurrent(set) { PackedMatrix(right, transposing: true) }
      try measure(item, packedName, left, right, kernels: set) { left.matmul(packed) }
    }
  }

  /// Measures one product, with every kernel set or with one, and every number of threads.
  private func measure(
    _ item: ProductCase, _ name: String, _ left: Tensor, _ right: Tensor,
    kernels: KernelSet? = nil, _ product: () -> Tensor
  ) throws {
    try withoutActuallyEscaping(product) { product in
      try session.forEachConfiguration { set, threads in
        guard kernels == nil || set == kernels else { return }
        let effort = session.effort(threads: threads)
        let ceiling =
          item.isBoundByMemory
          ? Ceiling.reading(bytes: item.weightBytes, threads: threads, effort: effort)
          : Ceiling.arithmetic(set, threads: threads, effort: effort)
        try session.measure(
          Workload(
            group: .gemm, name: name, shape: item.shape,
            amount: Double(item.isBoundByMemory ? item.weightBytes : item.operations),
            residual: {
              Residual.ofProduct(product(), left, right, transposingRight: item.isOfWeights)
            },
            run: { blackHole(product()) }),
          against: ceiling)
      }
    }
  }
}

/// The sizes of a product, and where they come from.
private struct ProductCase {
  var name: String
  var rows: Int
  var depth: Int
  var columns: Int
  /// Whether the right operand is the weights of a map: it can be packed, and stands in memory
  /// transposed.
  var isOfWeights = true

  var shape: String { "\(rows)×\(depth)×\(columns)" }
  var operations: Int { 2 * rows * depth * columns }
  var weightBytes: Int { MemoryLayout<Float>.stride * depth * columns }
  /// One row uses each weight once.
  var isBoundByMemory: Bool { rows == 1 }

  private static func square(_ size: Int) -> ProductCase {
    ProductCase(name: "square", rows: size, depth: size, columns: size, isOfWeights: false)
  }

  static let all =
    [256, 512, 1024, 1536, 2048].map(square) + [
      ProductCase(name: "Qwen1.5 gate+up", rows: 128, depth: 1024, columns: 5632),
      ProductCase(name: "Qwen1.5 down", rows: 128, depth: 2816, columns: 1024),
      ProductCase(name: "Qwen1.5 gate+up", rows: 512, depth: 1024, columns: 5632),
      ProductCase(name: "small expert", rows: 48, depth: 512, columns: 512),
      ProductCase(name: "Qwen1.5 gate+up", rows: 1, depth: 1024, columns: 5632),
      ProductCase(name: "Qwen1.5 down", rows: 1, depth: 2816, columns: 1024),
      ProductCase(name: "small expert", rows: 1, depth: 512, columns: 512),
      // 448 MiB: more than caches hold.
      ProductCase(name: "Mixtral gate+up", rows: 1, depth: 4096, columns: 28_672),
    ]

  static let tiny = [
    square(48), ProductCase(name: "small expert", rows: 20, depth: 24, columns: 40),
    // More rows than are packed at once, in blocks of different sizes.
    ProductCase(name: "uneven blocks", rows: 97, depth: 24, columns: 40),
    ProductCase(name: "uneven blocks", rows: 113, depth: 24, columns: 40),
    ProductCase(name: "small expert", rows: 1, depth: 24, columns: 40),
  ]
}
