/// A value that holds tensors which are saved and not trained: its *buffers*.
///
/// Selection biases, thresholds, tracked loads, moments and step counts of optimisers are buffers.
/// They have names, as parameters have, but no gradient, and no optimiser touches them. A buffer
/// may be absent, as a bias that a router does not have.
public protocol Buffered: Sendable {
  /// Calls `visit` with each buffer and its name, always in the same order; nothing unless given.
  ///
  /// - Parameter visit: Is handed nothing where a buffer is absent, and may then make it.
  mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows

  /// Throws where a buffer has another shape or other values than can work; nothing unless given.
  ///
  /// - Throws: ``MoEError`` with the name of the buffer.
  func checkBuffers() throws

  /// Takes over saved buffers, those that are absent here included.
  ///
  /// Afterwards there are just the buffers that were saved. Where it throws, nothing has changed.
  ///
  /// - Parameter buffers: What ``namedBuffers`` gave, by name.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` with the names that no buffer has, and
  ///   what ``checkBuffers()`` throws.
  mutating func restoreBuffers(_ buffers: [String: Tensor]) throws
}

extension Buffered {
  /// Visits nothing.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {}

  /// Throws nothing.
  public func checkBuffers() throws {}

  /// Sets each buffer to the saved one of its name.
  public mutating func restoreBuffers(_ buffers: [String: Tensor]) throws {
    var restored = self
    var unknown = buffers
    restored.visitBuffers { name, buffer in buffer = unknown.removeValue(forKey: name) }
    guard unknown.isEmpty else {
      var known: [String] = []
      restored.visitBuffers { name, _ in known.append(name) }
      throw MoEError.configuration(
        "saved buffers", value: unknown.keys.sorted().joined(separator: ", "),
        expected: known.isEmpty
          ? "none, as \(Self.self) has none" : "some of \(known.joined(separator: ", "))")
    }
    try restored.checkBuffers()
    self = restored
  }

  /// The buffers that there are, with their names, in the order of ``visitBuffers(_:)``.
  public var namedBuffers: [(name: String, tensor: Tensor)] {
    // Visiting is mutating, so a copy is visited; tensors share their memory until one is changed.
    var copy = self
    var buffers: [(name: String, tensor: Tensor)] = []
    copy.visitBuffers { name, buffer in
      if let buffer { buffers.append((name, buffer)) }
    }
    return buffers
  }

  /// Visits the buffers of a value that is nested under a name.
  ///
  /// - Parameters:
  ///   - name: What is put before the names, with a dot.
  ///   - visit: Called with each buffer.
  public mutating func visitBuffers(
    under name: String, _ visit: (String, inout Tensor?) throws -> Void
  ) rethrows {
    try visitBuffers { try visit("\(name).\($0)", &$1) }
  }

  /// Visits a buffer that is never absent: where `visit` takes it away, it stays as it was.
  ///
  /// It is a function of the type, so that a property of the value can be handed over:
  ///
  ///     try Self.visit("totals", &totals, visit)
  ///
  /// - Parameters:
  ///   - name: The name of the buffer.
  ///   - buffer: The buffer.
  ///   - visit: Called with it.
  public static func visit(
    _ name: String, _ buffer: inout Tensor, _ visit: (String, inout Tensor?) throws -> Void
  ) rethrows {
    var slot: Tensor? = buffer
    try visit(name, &slot)
    if let slot { buffer = slot }
  }
}
