/// The sizes of a tensor's axes.
///
/// Those of up to three axes, as of nearly all tensors of a layer, stand in the value itself, so that
/// a tensor needs no memory for its shape, and a copy of one counts who holds its scalars alone.
package struct TensorShape: Sendable, Hashable {
  /// The number of axes.
  package let rank: Int
  // Zero where there is no such axis.
  private let first: Int
  private let second: Int
  private let third: Int
  /// All sizes, where there are more than three.
  private let many: [Int]?

  private init(rank: Int, _ first: Int, _ second: Int, _ third: Int, many: [Int]? = nil) {
    self.rank = rank
    self.first = first
    self.second = second
    self.third = third
    self.many = many
  }

  /// The shape of a row of numbers.
  @inline(__always)
  package init(_ size: Int) { self.init(rank: 1, size, 0, 0) }

  /// The shape of a matrix.
  @inline(__always)
  package init(_ rows: Int, _ columns: Int) { self.init(rank: 2, rows, columns, 0) }

  /// The shape of several matrices.
  @inline(__always)
  package init(_ matrices: Int, _ rows: Int, _ columns: Int) {
    self.init(rank: 3, matrices, rows, columns)
  }

  /// A shape of any number of axes.
  package init(_ sizes: [Int]) {
    switch sizes.count {
    case 0: self.init(rank: 0, 0, 0, 0)
    case 1: self.init(sizes[0])
    case 2: self.init(sizes[0], sizes[1])
    case 3: self.init(sizes[0], sizes[1], sizes[2])
    default: self.init(rank: sizes.count, 0, 0, 0, many: sizes)
    }
  }

  /// The size along an axis; one that does not exist traps.
  @inline(__always)
  package subscript(axis: Int) -> Int {
    require(axis >= 0 && axis < rank, "tensor: axis \(axis) of shape \(array)")
    if rank > 3 { return many![axis] }
    return axis == 0 ? first : axis == 1 ? second : third
  }

  /// The sizes in an array of their own.
  package var array: [Int] {
    switch rank {
    case 0: []
    case 1: [first]
    case 2: [first, second]
    case 3: [first, second, third]
    default: many!
    }
  }

  /// The size of the last axis; 1 where there is none.
  var columnCount: Int { rank == 0 ? 1 : self[rank - 1] }

  /// The product of all sizes but the last.
  var rowCount: Int {
    switch rank {
    case 0, 1: 1
    case 2: first
    case 3: first * second
    default: many!.dropLast().reduce(1, *)
    }
  }

  /// The product of all sizes but the first.
  var entryCount: Int {
    switch rank {
    case 0, 1: 1
    case 2: second
    case 3: second * third
    default: many!.dropFirst().reduce(1, *)
    }
  }

  /// The shape without its last axis; without any of a shape that has none.
  var withoutColumns: TensorShape {
    switch rank {
    case 0, 1: TensorShape(rank: 0, 0, 0, 0)
    case 2: TensorShape(first)
    case 3: TensorShape(first, second)
    default: TensorShape(Array(many!.dropLast()))
    }
  }

  /// The shape with another size of the first axis; traps where there is none.
  func with(entries count: Int) -> TensorShape {
    require(rank > 0, "tensor: a single scalar has no first axis")
    if rank > 3 { return TensorShape([count] + many!.dropFirst()) }
    return TensorShape(rank: rank, count, second, third)
  }

  /// The product of the sizes; traps where a size is negative or the bytes are more than an `Int`
  /// counts.
  var scalarCount: Int {
    var count = 1
    for axis in 0..<rank {
      let size = self[axis]
      require(size >= 0, "tensor: shape \(array) has a negative size")
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      require(!overflow, "tensor: shape \(array) has more scalars than an Int counts")
      count = product
    }
    require(
      count <= Int.max / MemoryLayout<Float>.stride,
      "tensor: shape \(array) has more bytes than an Int counts")
    return count
  }

  @inline(__always)
  package static func == (left: TensorShape, right: TensorShape) -> Bool {
    left.rank == right.rank && left.first == right.first && left.second == right.second
      && left.third == right.third && (left.rank <= 3 || left.many == right.many)
  }
}
