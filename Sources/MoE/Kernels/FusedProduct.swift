/// A function of neighbouring elements of one or two products.
///
/// What takes it is compiled once, not for each function: the functions of all activations would
/// make a fifth of the library's code of it.
@safe
package struct FusedFunction {
  /// Writes the function of so many neighbouring elements.
  fileprivate let run:
    (
      _ count: Int, _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>,
      _ result: UnsafeMutablePointer<Float>
    ) -> Void

  /// A function of as many inputs as there are products, with one result.
  package init(_ function: some VectorFunction) {
    let kernel = VectorKernel(function)
    unsafe run = { count, first, second, result in
      unsafe kernel.run(over: 0..<count, VectorPointers(first, second, to: result))
    }
  }
}

/// A product, or two of the same rows and sizes, whose results a function takes in while they are
/// still near: the maps of a feed-forward network up to its activation.
@safe
package struct FusedProduct {
  /// A function of the elements of one or two results, run over parts of their rows.
  @safe
  package struct Tail {
    private let function: FusedFunction
    /// The first element of the function's result, which may be where the product's own is.
    private let output: UnsafeMutablePointer<Float>
    private let outputStride: Int

    /// A function whose results go to some memory.
    package init(_ function: FusedFunction, to output: UnsafeMutablePointer<Float>, stride: Int) {
      self.function = function
      unsafe self.output = unsafe output
      outputStride = stride
    }

    /// Runs the function over a part of two results, which are one where there is one product.
    func run(_ rows: Range<Int>, _ columns: Range<Int>, _ first: Matrix, _ second: Matrix) {
      for row in rows {
        unsafe function.run(
          columns.count, first.row(row) + columns.lowerBound, second.row(row) + columns.lowerBound,
          output + row * outputStride + columns.lowerBound)
      }
    }
  }

  /// Rows in memory, of which not all need be there.
  @safe
  struct Matrix {
    let base: UnsafeMutablePointer<Float>
    let stride: Int

    func row(_ row: Int) -> UnsafeMutablePointer<Float> { unsafe base + row * stride }
  }

  /// The product, or the first of two.
  package var product: MatrixProduct
  /// The second, of the same left operand and sizes.
  package var partner: MatrixProduct?
  /// Whether the second's output is memory of its own; where it is not, no part of it outlives the
  /// function.
  package var keepsPartner: Bool
  /// The function.
  package var tail: Tail

  /// A function of one or two products.
  package init(
    _ product: MatrixProduct, partner: MatrixProduct?, keepsPartner: Bool, tail: Tail
  ) {
    self.product = product
    self.partner = partner
    self.keepsPartner = keepsPartner
    self.tail = tail
  }

  /// Both products.
  var products: [MatrixProduct] { partner.map { [product, $0] } ?? [product] }

  /// Computes all products and functions of them, whose outputs are disjoint, on the threads of
  /// ``Compute``.
  package static func compute(_ fused: [FusedProduct]) {
    #if arch(x86_64) && !os(Windows)
      if let set = KernelSet.current.instructions {
        ComputeSettings.current.productCounter?.add(fused.flatMap(\.products))
        return compute(fused, generatedFor: set)
      }
    #endif
    computeApart(fused)
  }

  /// Computes the products, and then the functions of all of their elements.
  private static func computeApart(_ fused: [FusedProduct]) {
    var (fused, memory) = (fused, [AlignedStorage]())
    for index in fused.indices where !fused[index].keepsPartner {
      guard var partner = fused[index].partner else { continue }
      let storage = AlignedStorage(
        uninitializedCapacity: partner.rowCount * partner.columnCount)
      memory.append(storage)
      unsafe (partner.output, partner.outputStride) = unsafe (storage.base, partner.columnCount)
      fused[index].partner = partner
    }
    defer { withExtendedLifetime(memory) {} }
    MatrixProduct.compute(fused.flatMap(\.products))
    for item in fused {
      let (product, partner) = (item.product, item.partner ?? item.product)
      let columns = 0..<product.columnCount
      let run = max(1, scalarsPerRun / max(1, columns.count))
      parallelRuns(of: product.rowCount, run: run) { rows in
        item.tail.run(rows, columns, product.outputMatrix, partner.outputMatrix)
      }
    }
  }
}

extension MatrixProduct {
  /// The output's rows.
  var outputMatrix: FusedProduct.Matrix {
    unsafe FusedProduct.Matrix(base: output, stride: outputStride)
  }
}
