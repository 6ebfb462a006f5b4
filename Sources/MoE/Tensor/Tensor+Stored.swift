extension Tensor {
  /// The tensor of numbers as they stand in a file, little-endian, at any alignment.
  ///
  /// Numbers that a float cannot hold are rounded to the nearest, as all of double precision and
  /// large whole ones are. It runs on all threads.
  ///
  /// - Parameters:
  ///   - bytes: As many as shape and format say; another number traps.
  ///   - format: How each number stands.
  ///   - shape: The size along each axis.
  package init(stored bytes: RawSpan, as format: ScalarFormat, shape: [Int]) {
    self.init(uninitialized: shape)
    let (count, size) = (count, format.byteCount)
    require(
      bytes.byteCount == count * size,
      "Tensor: \(bytes.byteCount) bytes as \(format.rawValue) of shape \(shape)")
    guard count > 0 else { return }
    unsafe bytes.withUnsafeBytes { source in
      unsafe withUnsafeMutableScalars { scalars in
        let runs = (count + Tensor.scalarsPerDecodedRun - 1) / Tensor.scalarsPerDecodedRun
        // Runs write to disjoint places.
        nonisolated(unsafe) let (source, scalars) = unsafe (source.baseAddress!, scalars)
        parallelFor(runs, scalars: count) { run in
          let first = run * Tensor.scalarsPerDecodedRun
          unsafe Tensor.decode(
            source + first * size, format, to: scalars + first,
            count: min(Tensor.scalarsPerDecodedRun, count - first))
        }
      }
    }
  }

  /// Sets all entries of the first axis, several at a time on all threads.
  ///
  /// - Parameter body: Is handed each entry, which it stores numbers to.
  package mutating func storeEntries(_ body: (StoredEntry) -> Void) {
    let (entries, size) = (shape[0], shape.dropFirst().reduce(1, *))
    unsafe withUnsafeMutableScalars { scalars in
      // Entries stand apart.
      nonisolated(unsafe) let scalars = unsafe scalars
      parallelFor(entries, scalars: entries * size) { entry in
        body(unsafe StoredEntry(index: entry, count: size, scalars: scalars + entry * size))
      }
    }
  }

  /// How many scalars a thread decodes at a time: a mebibyte of floats.
  private static let scalarsPerDecodedRun = 1 << 18

  fileprivate static func decode(
    _ source: UnsafeRawPointer, _ format: ScalarFormat, to target: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    func each<Number>(_: Number.Type, _ float: (Number) -> Float) {
      for index in 0..<count {
        let place = index * MemoryLayout<Number>.size
        unsafe target[index] = float(source.loadUnaligned(fromByteOffset: place, as: Number.self))
      }
    }
    switch format {
    case .float32: unsafe copy(source, to: UnsafeMutableRawPointer(target), byteCount: 4 * count)
    case .bfloat16: each(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float16: each(UInt16.self) { NumberCode.float(halfBits: $0) }
    case .float64: each(Double.self) { Float($0) }
    case .float8E4M3: each(UInt8.self, table(NumberCode.e4m3Values))
    case .float8E5M2: each(UInt8.self, table(NumberCode.e5m2Values))
    case .float8E8M0: each(UInt8.self, table(NumberCode.e8m0Values))
    case .bool: each(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .uint8: each(UInt8.self) { Float($0) }
    case .int8: each(Int8.self) { Float($0) }
    case .int16: each(Int16.self) { Float($0) }
    case .uint16: each(UInt16.self) { Float($0) }
    case .int32: each(Int32.self) { Float($0) }
    case .uint32: each(UInt32.self) { Float($0) }
    case .int64: each(Int64.self) { Float($0) }
    case .uint64: each(UInt64.self) { Float($0) }
    }
  }

  private static func copy(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, byteCount: Int
  ) {
    #if arch(x86_64) && !os(Windows)
      guard unsafe !StreamingCopy.copy(source, to: target, byteCount: byteCount) else { return }
    #endif
    unsafe target.copyMemory(from: source, byteCount: byteCount)
  }

  private static func table(_ values: [Float]) -> (UInt8) -> Float { { values[Int($0)] } }

  /// The scalars as they stand in a file, little-endian.
  ///
  /// - Parameter format: ``ScalarFormat/float32`` for the bits as they are, ``ScalarFormat/float64``,
  ///   which holds all of them, or ``ScalarFormat/float16`` or ``ScalarFormat/bfloat16``, to whose
  ///   nearest number each is rounded; another traps.
  /// - Returns: The bytes.
  package func stored(as format: ScalarFormat) -> [UInt8] {
    func each<Number>(_ number: (Float) -> Number) -> [UInt8] {
      unsafe [UInt8](unsafeUninitializedCapacity: count * MemoryLayout<Number>.size) {
        bytes, used in
        let target = UnsafeMutableRawPointer(bytes.baseAddress!)
        unsafe withUnsafeScalars { scalars in
          for index in 0..<count {
            unsafe target.storeBytes(
              of: number(scalars[index]), toByteOffset: index * MemoryLayout<Number>.size,
              as: Number.self)
          }
        }
        used = count * MemoryLayout<Number>.size
      }
    }
    guard count > 0 else { return [] }
    switch format {
    case .float32:
      return unsafe withUnsafeScalars { scalars in
        unsafe Array(UnsafeRawBufferPointer(start: scalars, count: 4 * count))
      }
    case .float64: return each { Double($0) }
    case .float16: return each { NumberCode.halfBits($0) }
    case .bfloat16: return each { NumberCode.brainBits($0) }
    default: require(false, "Tensor: stored as \(format.rawValue), expected F32, F64, F16 or BF16")
    }
    return []
  }
}

/// An entry of a tensor that is being filled from a file, on one thread.
@safe
package struct StoredEntry {
  /// Its number along the first axis.
  package let index: Int
  private let count: Int
  private let scalars: UnsafeMutablePointer<Float>

  fileprivate init(index: Int, count: Int, scalars: UnsafeMutablePointer<Float>) {
    self.index = index
    self.count = count
    unsafe self.scalars = scalars
  }

  /// Sets all of its scalars.
  ///
  /// - Parameters:
  ///   - bytes: As many as the entry needs; another number traps.
  ///   - format: How each number stands.
  package func store(_ bytes: RawSpan, as format: ScalarFormat) {
    require(
      bytes.byteCount == count * format.byteCount,
      "Tensor: \(bytes.byteCount) bytes as \(format.rawValue) for \(count) scalars")
    guard count > 0 else { return }
    unsafe bytes.withUnsafeBytes {
      unsafe Tensor.decode($0.baseAddress!, format, to: scalars, count: count)
    }
  }
}
