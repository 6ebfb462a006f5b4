extension Tensor {
  /// A tensor of zeros.
  ///
  /// - Parameter shape: The size along each axis.
  public init(zeros shape: [Int]) { self.init(repeating: 0, shape: shape) }

  /// A tensor that holds one value throughout.
  ///
  /// - Parameters:
  ///   - value: The value of every scalar.
  ///   - shape: The size along each axis.
  public init(repeating value: Float, shape: [Int]) {
    self.init(repeating: value, sizes: TensorShape(shape))
  }

  /// A tensor of zeros.
  package init(zeros sizes: TensorShape) { self.init(repeating: 0, sizes: sizes) }

  private init(repeating value: Float, sizes: TensorShape) {
    self.init(uninitialized: sizes)
    let count = count
    unsafe withUnsafeMutableScalars { unsafe $0.initialize(repeating: value, count: count) }
  }

  /// A tensor of the given scalars.
  ///
  /// - Parameters:
  ///   - scalars: As many scalars as `shape` has, in row-major order; any other number traps.
  ///   - shape: The size along each axis; one axis of all the scalars unless given.
  public init(_ scalars: [Float], shape: [Int]? = nil) {
    self.init(scalars, sizes: shape.map { TensorShape($0) } ?? TensorShape(scalars.count))
  }

  /// A tensor of as many scalars as its sizes tell; any other number traps.
  package init(_ scalars: [Float], sizes: TensorShape) {
    require(
      sizes.scalarCount == scalars.count,
      "tensor: \(scalars.count) scalars against shape \(sizes.array)")
    self.init(uninitialized: sizes)
    unsafe scalars.withUnsafeBufferPointer { source in
      guard let first = source.baseAddress else { return }
      unsafe withUnsafeMutableScalars { unsafe $0.initialize(from: first, count: source.count) }
    }
  }
}

extension Tensor {
  /// A matrix of the given rows, such as those of a table.
  ///
  ///     let table: [[Float]] = [[1, 2, 3], [4, 5, 6]]
  ///     print(Tensor(rows: table).shape)  // [2, 3]
  ///
  /// - Parameter rows: Lists of one length; one of another traps, with its number. Of no rows the
  ///   shape is [0, 0].
  public init(rows: [[Float]]) {
    let size = rows.first?.count ?? 0
    for (index, row) in rows.enumerated() {
      require(
        row.count == size,
        "tensor: row \(index) has \(row.count) numbers, row 0 has \(size)")
    }
    self.init(Array(rows.joined()), shape: [rows.count, size])
  }
}

// MARK: - Literals

extension Tensor: ExpressibleByArrayLiteral {
  /// One entry of a tensor literal: a number, or a list of entries of one shape.
  public enum Literal: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral
  {
    /// A single number.
    case scalar(Float)
    /// A list along one axis.
    case list([Literal])

    /// A number, such as `0.5`.
    public init(floatLiteral value: Float) { self = .scalar(value) }
    /// A number, such as `2`.
    public init(integerLiteral value: Int) { self = .scalar(Float(value)) }
    /// A list, such as `[1, 2, 3]`.
    public init(arrayLiteral elements: Literal...) { self = .list(elements) }

    fileprivate var shape: [Int] {
      switch self {
      case .scalar: []
      case .list(let entries): [entries.count] + (entries.first?.shape ?? [])
      }
    }

    fileprivate func append(to scalars: inout [Float], expecting shape: ArraySlice<Int>) {
      switch self {
      case .scalar(let value):
        require(
          shape.isEmpty, "tensor literal: a number where a list of \(shape) stands first")
        scalars.append(value)
      case .list(let entries):
        require(
          shape.first == entries.count,
          "tensor literal: a list of \(entries.count) where "
            + (shape.first.map { "one of \($0)" } ?? "a number") + " stands first")
        for entry in entries { entry.append(to: &scalars, expecting: shape.dropFirst()) }
      }
    }
  }

  /// A tensor of the numbers of a nested list, such as `[[1, 2], [3, 4]]`.
  ///
  /// Lists along one axis must be of one length; others trap.
  ///
  /// - Parameter elements: The entries along the first axis.
  public init(arrayLiteral elements: Literal...) {
    let literal = Literal.list(elements)
    var scalars: [Float] = []
    literal.append(to: &scalars, expecting: literal.shape[...])
    self.init(scalars, shape: literal.shape)
  }
}
