/// A row-major array of `Float` of any rank.
///
/// A tensor is a value: copies are independent, and cost nothing until one of them is changed. Its
/// scalars stand in one run of memory, the last axis fastest; a range of rows and a tensor of
/// another shape share the memory of the tensor that they were taken from.
///
///     let weights: Tensor = [[1, 2, 3], [4, 5, 6]]
///     print(weights.shape)  // [2, 3]
///     print(weights[1, 2])  // 6.0
///     print(weights[entry: 1])  // Tensor[3] [4.0, 5.0, 6.0]
///
/// Arithmetic on tensors whose shapes do not fit is a slip of the programmer and traps, with both
/// shapes in the message.
public struct Tensor: Sendable {
  /// The size along each axis; empty for a single scalar.
  public private(set) var shape: [Int]
  /// How many scalars the tensor has: the product of ``shape``.
  public let count: Int
  private var storage: AlignedStorage
  private var offset: Int

  /// Makes a tensor whose scalars are undefined until the caller has written all of them.
  package init(uninitialized shape: [Int]) {
    self.shape = shape
    count = Tensor.scalarCount(of: shape)
    storage = AlignedStorage(uninitializedCapacity: count)
    offset = 0
  }

  private init(shape: [Int], count: Int, storage: AlignedStorage, offset: Int) {
    self.shape = shape
    self.count = count
    self.storage = storage
    self.offset = offset
  }

  /// The product of a shape's sizes; traps where a size is negative or the bytes are more than an
  /// `Int` counts.
  static func scalarCount(of shape: [Int]) -> Int {
    var count = 1
    for size in shape {
      require(size >= 0, "tensor: shape \(shape) has a negative size")
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      require(!overflow, "tensor: shape \(shape) has more scalars than an Int counts")
      count = product
    }
    require(
      count <= Int.max / MemoryLayout<Float>.stride,
      "tensor: shape \(shape) has more bytes than an Int counts")
    return count
  }
}

// MARK: - Shape

extension Tensor {
  /// The number of axes.
  public var rank: Int { shape.count }

  /// The size of the last axis; 1 for a single scalar.
  public var columnCount: Int { shape.last ?? 1 }

  /// The number of rows, where a row is a run along the last axis: the product of the other sizes.
  public var rowCount: Int { shape.dropLast().reduce(1, *) }

  /// The same scalars, in the same order, under another shape.
  ///
  /// Nothing is copied.
  ///
  /// - Parameter shape: A shape of as many scalars; any other traps.
  /// - Returns: A tensor that shares this one's memory until either is changed.
  public func reshaped(to shape: [Int]) -> Tensor {
    require(
      Tensor.scalarCount(of: shape) == count,
      "reshaped: shape \(shape) against \(count) scalars of shape \(self.shape)")
    return Tensor(shape: shape, count: count, storage: storage, offset: offset)
  }

  /// A range along the first axis, sharing this tensor's memory.
  func slice(_ range: Range<Int>) -> Tensor {
    require(rank > 0, "slice: a single scalar has no first axis")
    require(
      range.lowerBound >= 0 && range.upperBound <= shape[0],
      "slice: range \(range) against \(shape[0]) rows")
    let stride = shape.dropFirst().reduce(1, *)
    return Tensor(
      shape: [range.count] + shape.dropFirst(), count: range.count * stride, storage: storage,
      offset: offset + range.lowerBound * stride)
  }
}

// MARK: - Scalars

extension Tensor {
  /// The scalars in row-major order, for reading.
  public var scalars: Span<Float> {
    @_lifetime(borrow self)
    get {
      let span = unsafe Span(_unsafeStart: storage.base + offset, count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The scalars in row-major order, for writing.
  ///
  /// - Complexity: O(1), or O(`count`) where the memory is shared with another tensor, whose
  ///   scalars are copied first.
  public var mutableScalars: MutableSpan<Float> {
    @_lifetime(&self)
    mutating get {
      makeUnique()
      let span = unsafe MutableSpan(_unsafeStart: storage.base + offset, count: count)
      return unsafe _overrideLifetime(span, mutating: &self)
    }
  }

  /// The scalars in row-major order, copied into an array.
  public var scalarArray: [Float] {
    unsafe withUnsafeScalars { unsafe Array(UnsafeBufferPointer(start: $0, count: count)) }
  }

  /// Calls `body` with the address of the scalars, which it may read until it returns.
  package func withUnsafeScalars<Result>(
    _ body: (UnsafePointer<Float>) throws -> Result
  ) rethrows -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try unsafe body(UnsafePointer(storage.base + offset))
  }

  /// Calls `body` with the address of the scalars, which it may read and write until it returns.
  package mutating func withUnsafeMutableScalars<Result>(
    _ body: (UnsafeMutablePointer<Float>) throws -> Result
  ) rethrows -> Result {
    makeUnique()
    defer { withExtendedLifetime(storage) {} }
    return try unsafe body(storage.base + offset)
  }

  /// Whether the two tensors read the same memory; for tests of what is copied.
  package func sharesMemory(with other: Tensor) -> Bool { storage === other.storage }

  private mutating func makeUnique() {
    guard !isKnownUniquelyReferenced(&storage) else { return }
    let copy = AlignedStorage(uninitializedCapacity: count)
    unsafe copy.base.initialize(from: storage.base + offset, count: count)
    storage = copy
    offset = 0
  }
}

// MARK: - Equality

extension Tensor: Equatable {
  /// Whether the shapes are the same and every scalar equals its counterpart as `Float` does, so
  /// that 0 equals −0 and a NaN equals nothing.
  public static func == (left: Tensor, right: Tensor) -> Bool {
    guard left.shape == right.shape else { return false }
    let (a, b) = (left.scalars, right.scalars)
    for index in 0..<left.count where a[index] != b[index] { return false }
    return true
  }
}
