/// The state that an optimiser has gathered for each parameter, under the parameter's name.
///
/// **Names**: as a buffer, part p of the parameter n is `kind.n.p`, or `kind.n` where there is one
/// part.
struct ParameterStates: Sendable {
  /// One of the tensors that are gathered for a parameter.
  struct Part: Sendable {
    /// Its name, as in the names of buffers; empty where there is no other.
    var name = ""
    /// Which of the parameter's axes it has.
    var form = StateForm.whole
    /// Whether no number of it can be below zero.
    var isNotNegative = false
  }

  /// The names of what is gathered, as in the names of buffers.
  let kind: String
  /// The parts of each.
  let parts: [Part]
  /// Of each parameter, one tensor a part.
  var tensors: [String: [Tensor]] = [:]
  /// Whether the tensors were saved, and no update has yet shown that they are of the model.
  private(set) var isRestored = false

  /// Nothing gathered yet.
  init(_ kind: String, parts: [Part] = [Part()]) {
    self.kind = kind
    self.parts = parts
  }

  /// Calls `body` with the tensors of a parameter, which are zero at first.
  ///
  /// Traps where they are of another shape.
  mutating func update(
    _ name: String, shape: [Int], _ body: (inout [Tensor]) -> Void
  ) {
    let (kind, shapes) = (kind, parts.map { $0.form.shape(of: shape) })
    func change(_ own: inout [Tensor]) {
      for (part, expected) in zip(own, shapes) {
        require(
          part.shape == expected, "\(kind) of \(name) of shape \(part.shape) against \(expected)")
      }
      body(&own)
    }
    change(&tensors[name, default: shapes.map { Tensor(zeros: $0) }])
  }

  /// Lets go of the tensors of some parameters.
  mutating func forget(where isForgotten: (String) -> Bool) {
    tensors = tensors.filter { !isForgotten($0.key) }
  }

  /// Traps where restored tensors are of another model.
  mutating func claim(_ model: some Parameterized, _ optimizer: Any.Type) {
    guard isRestored else { return }
    do { try check(model) } catch { fatalError("\(optimizer).update: \(error)") }
    isRestored = false
  }
}

// MARK: - Buffers

extension ParameterStates {
  /// Visits the tensors, by the names of the parameters; what is taken away stays as it was.
  mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    for name in tensors.keys.sorted() {
      for (index, part) in parts.enumerated() {
        var slot = tensors[name]?[index]
        try visit(bufferName(name, part.name), &slot)
        if let slot { tensors[name]?[index] = slot }
      }
    }
  }

  private func bufferName(_ name: String, _ part: String) -> String {
    part.isEmpty ? "\(kind).\(name)" : "\(kind).\(name).\(part)"
  }

  /// The parameter that a buffer belongs to, and which part it is; nothing for other buffers.
  private func place(of buffer: String) -> (name: String, part: Int)? {
    for (index, part) in parts.enumerated() {
      let (start, end) = ("\(kind).", part.name.isEmpty ? "" : ".\(part.name)")
      guard buffer.hasPrefix(start), buffer.dropFirst(start.count).hasSuffix(end) else { continue }
      let name = buffer.dropFirst(start.count).dropLast(end.count)
      if !name.isEmpty { return (String(name), index) }
    }
    return nil
  }

  /// Takes over the saved tensors among some buffers, in the place of all that there were.
  ///
  /// - Parameters:
  ///   - buffers: Saved buffers by name.
  ///   - others: The names of those that are none of these.
  /// - Throws: ``MoEError`` where a name is not known, or a parameter lacks a part. What they hold
  ///   is checked by ``checkBuffers()``.
  mutating func restore(_ buffers: [String: Tensor], besides others: [String] = []) throws {
    var found: [String: [Int: Tensor]] = [:]
    var unknown: [String] = []
    for (buffer, tensor) in buffers where !others.contains(buffer) {
      guard let (name, part) = place(of: buffer) else {
        unknown.append(buffer)
        continue
      }
      found[name, default: [:]][part] = tensor
    }
    let known = others + parts.map { bufferName("…", $0.name) }
    guard unknown.isEmpty else {
      throw MoEError.configuration(
        "saved buffers", value: unknown.sorted().joined(separator: ", "),
        expected: "some of \(known.joined(separator: ", "))")
    }
    tensors = [:]
    for (name, saved) in found.sorted(by: { $0.key < $1.key }) {
      tensors[name] = try parts.enumerated().map { index, part in
        guard let tensor = saved[index] else {
          throw MoEError.configuration(
            "saved buffers", value: "without \(bufferName(name, part.name))",
            expected: parts.map { bufferName(name, $0.name) }.joined(separator: " and "))
        }
        return tensor
      }
    }
    isRestored = !tensors.isEmpty
  }

  /// Throws where parts of a parameter differ in shape, or hold numbers that are not finite, or are
  /// negative where that cannot be.
  func checkBuffers() throws {
    for (name, own) in tensors.sorted(by: { $0.key < $1.key }) {
      for (part, tensor) in zip(parts, own) {
        let buffer = bufferName(name, part.name)
        let isLike =
          part.form == parts[0].form
          ? tensor.shape == own[0].shape
          : tensor.shape.dropLast() == own[0].shape.dropLast() && tensor.rank == own[0].rank
        guard isLike else {
          throw MoEError.shape(
            buffer, found: tensor.shape,
            expected: "\(own[0].shape), as \(bufferName(name, parts[0].name)) has")
        }
        let lowest: Float = part.isNotNegative ? 0 : -.greatestFiniteMagnitude
        let scalars = tensor.scalars
        for index in 0..<scalars.count
        where !(scalars[index] >= lowest && scalars[index] < .infinity) {
          throw MoEError.configuration(
            "scalar \(index) of \(buffer)", value: "\(scalars[index])",
            expected: part.isNotNegative ? "a finite number of at least 0" : "a finite number")
        }
      }
    }
  }

  /// Throws where the tensors are not those of a model's parameters; nothing where there are none.
  func check(_ model: some Parameterized) throws {
    guard !tensors.isEmpty else { return }
    var rest = tensors
    for (name, parameter) in model.namedParameters {
      guard let own = rest.removeValue(forKey: name) else {
        throw MoEError.configuration(
          "state of the optimizer", value: "without \(bufferName(name, parts[0].name))",
          expected: "\(kind) of each parameter of the model")
      }
      for (part, tensor) in zip(parts, own) {
        let expected = part.form.shape(of: parameter.shape)
        guard tensor.shape == expected else {
          throw MoEError.shape(
            bufferName(name, part.name), found: tensor.shape,
            expected: "\(expected), as the parameter has")
        }
      }
    }
    guard rest.isEmpty else {
      throw MoEError.configuration(
        "state of the optimizer",
        value: "\(kind) of \(rest.keys.sorted().joined(separator: ", "))",
        expected: "\(kind) of parameters of the model alone")
    }
  }
}
