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
@safe
public struct Tensor: Sendable {
  /// The size along each axis, without an array of its own.
  package let sizes: TensorShape
  /// How many scalars the tensor has: the product of ``shape``.
  public let count: Int
  // What is only read may be shared by threads, and only a storage that nobody else holds is
  // written.
  private nonisolated(unsafe) var storage: TensorStorage
  /// The first scalar, somewhere in the storage.
  private nonisolated(unsafe) var base: UnsafeMutablePointer<Float>

  /// Makes a tensor whose scalars are undefined until the caller has written all of them.
  package init(uninitialized sizes: TensorShape) {
    self.sizes = sizes
    count = sizes.scalarCount
    unsafe storage = .make(uninitializedCapacity: count)
    unsafe base = storage.base
  }

  /// Makes a tensor whose scalars are undefined until the caller has written all of them.
  package init(uninitialized shape: [Int]) { self.init(uninitialized: TensorShape(shape)) }

  /// A part of a tensor, or all of it, in the same memory.
  private init(_ whole: Tensor, sizes: TensorShape, count: Int, offset: Int) {
    self.sizes = sizes
    self.count = count
    unsafe storage = whole.storage
    unsafe base = whole.base + offset
  }
}

// MARK: - Shape

extension Tensor {
  /// The size along each axis; empty for a single scalar.
  ///
  /// - Complexity: O(``rank``), at each call: an array is made.
  public var shape: [Int] { sizes.array }

  /// The number of axes.
  public var rank: Int { sizes.rank }

  /// The size of the last axis; 1 for a single scalar.
  public var columnCount: Int { sizes.columnCount }

  /// The number of rows, where a row is a run along the last axis: the product of the other sizes.
  public var rowCount: Int { sizes.rowCount }

  /// Whether the other is of this one's memory and shape: so neither was written to since they were
  /// one.
  package func isSame(as other: Tensor) -> Bool {
    unsafe base == other.base && storage === other.storage && sizes == other.sizes
  }

  /// The same scalars, in the same order, under another shape.
  ///
  /// Nothing is copied.
  ///
  /// - Parameter shape: A shape of as many scalars; any other traps.
  /// - Returns: A tensor that shares this one's memory until either is changed.
  public func reshaped(to shape: [Int]) -> Tensor { reshaped(to: TensorShape(shape)) }

  /// The same scalars, in the same order, under another shape.
  package func reshaped(to sizes: TensorShape) -> Tensor {
    require(
      sizes.scalarCount == count,
      "reshaped: shape \(sizes.array) against \(count) scalars of shape \(shape)")
    return Tensor(self, sizes: sizes, count: count, offset: 0)
  }

  /// A range along the first axis, sharing this tensor's memory.
  func slice(_ range: Range<Int>) -> Tensor {
    require(rank > 0, "slice: a single scalar has no first axis")
    require(
      range.lowerBound >= 0 && range.upperBound <= sizes[0],
      "slice: range \(range) against \(sizes[0]) rows")
    let stride = sizes.entryCount
    return Tensor(
      self, sizes: sizes.with(entries: range.count), count: range.count * stride,
      offset: range.lowerBound * stride)
  }
}

// MARK: - Scalars

extension Tensor {
  /// The scalars in row-major order, for reading.
  public var scalars: Span<Float> {
    @_lifetime(borrow self)
    get {
      let span = unsafe Span(_unsafeStart: base, count: count)
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
      let span = unsafe MutableSpan(_unsafeStart: base, count: count)
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
    defer { unsafe withExtendedLifetime(storage) {} }
    return try unsafe body(UnsafePointer(base))
  }

  /// Calls `body` with the address of the scalars, which it may read and write until it returns.
  package mutating func withUnsafeMutableScalars<Result>(
    _ body: (UnsafeMutablePointer<Float>) throws -> Result
  ) rethrows -> Result {
    makeUnique()
    defer { unsafe withExtendedLifetime(storage) {} }
    return try unsafe body(base)
  }

  /// Whether the two tensors read the same memory; for tests of what is copied.
  package func sharesMemory(with other: Tensor) -> Bool { unsafe storage === other.storage }

  private mutating func makeUnique() {
    guard unsafe !isKnownUniquelyReferenced(&storage) else { return }
    let copy = TensorStorage.make(uninitializedCapacity: count)
    unsafe copy.base.initialize(from: base, count: count)
    unsafe base = copy.base
    unsafe storage = copy
  }
}

// MARK: - Equality

extension Tensor: Equatable {
  /// Whether the shapes are the same and every scalar equals its counterpart as `Float` does, so
  /// that 0 equals −0 and a NaN equals nothing.
  public static func == (left: Tensor, right: Tensor) -> Bool {
    guard left.sizes == right.sizes else { return false }
    let (a, b) = (left.scalars, right.scalars)
    for index in 0..<left.count where a[index] != b[index] { return false }
    return true
  }
}
