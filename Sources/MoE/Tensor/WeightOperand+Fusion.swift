extension WeightOperand {
  /// The results of a function of products, and the products where they are kept.
  package typealias Fused = (result: Tensor, products: [Tensor])

  /// A function of the products of each group's rows with its matrix of one or two factors, taken
  /// while they are near: none stands in memory unless it is wanted.
  ///
  /// - Parameters:
  ///   - factors: One factor or two, of one shape, of as many groups as there are, and of the rows'
  ///     depth: the caller checks.
  ///   - function: A function of as many inputs.
  ///   - keepsProducts: Whether the products are wanted too.
  ///   - offsets: The first position of each group, and at the end the number of positions.
  ///   - left: Gives the rows from a position on.
  /// - Returns: One row a position, in the bits of the products and the function after them; the
  ///   products, or none.
  static func fused(
    _ factors: [WeightOperand], then function: FusedFunction, keepsProducts: Bool,
    offsets: [Int], left: (Int) -> RowMajorMatrix
  ) -> Fused {
    for factor in factors { factor.meter?.add(.groups(offsets), left: left) }
    let width = factors[0].width
    let shape = [offsets[offsets.count - 1], width]
    var result = Tensor(uninitialized: shape)
    var products = keepsProducts ? factors.map { _ in Tensor(uninitialized: shape) } : []
    // Their panels are read through addresses until the end.
    defer { withExtendedLifetime(factors) {} }
    let kernels = KernelSet.current
    unsafe result.withUnsafeMutableScalars { target in
      unsafe withOutputs(&products) { outputs in
        unsafe withParts(of: factors[...]) { parts in
          var fused: [FusedProduct] = []
          for group in 0..<factors[0].groupCount where offsets[group] < offsets[group + 1] {
            let rows = offsets[group]..<offsets[group + 1]
            let own = factors.indices.map { index in
              // Without memory of its own the first product stands where its function will.
              unsafe factors[index].product(
                group, left(rows.lowerBound), rows: rows, scalars: parts[index].scalars,
                bias: parts[index].bias, output: keepsProducts ? outputs[index] : target,
                kernels: kernels)
            }
            unsafe fused.append(
              FusedProduct(
                own[0], partner: own.count > 1 ? own[1] : nil,
                keepsPartner: keepsProducts || own.count == 1,
                tail: FusedProduct.Tail(
                  function, to: target + rows.lowerBound * width, stride: width)))
          }
          FusedProduct.compute(fused)
        }
      }
    }
    return (result, products)
  }

  /// Calls `body` with the memory of some tensors, which can be had only inside of a closure.
  private static func withOutputs(
    _ tensors: inout [Tensor], _ before: [UnsafeMutablePointer<Float>] = unsafe [],
    _ body: ([UnsafeMutablePointer<Float>]) -> Void
  ) {
    guard !tensors.isEmpty else { return unsafe body(before) }
    // Out of the array, so that nothing else holds its memory.
    var first = tensors.removeFirst()
    defer { tensors.insert(first, at: 0) }
    unsafe first.withUnsafeMutableScalars { base in
      unsafe withOutputs(&tensors, before + [base], body)
    }
  }

  private typealias Parts = (scalars: UnsafePointer<Float>?, bias: UnsafePointer<Float>?)

  private static func withParts(
    of factors: ArraySlice<WeightOperand>, _ before: [Parts] = unsafe [], _ body: ([Parts]) -> Void
  ) {
    guard let first = factors.first else { return unsafe body(before) }
    unsafe first.matrices.withUnsafeScalars { scalars in
      unsafe first.withBias { bias in
        unsafe withParts(of: factors.dropFirst(), before + [(scalars, bias)], body)
      }
    }
  }
}
