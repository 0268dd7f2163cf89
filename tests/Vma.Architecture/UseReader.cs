// SPDX-License-Identifier: MIT

using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Vma.Architecture;

/// <summary>
/// Reads out of an assembly which of our types use which others. What the compiler makes, closures and iterators, counts as the type that it was written in.
/// </summary>
internal static class UseReader
{
    public static IEnumerable<Use> Read(string assemblyPath)
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(assemblyPath);
        // The compiler puts calls of module initializers into a type of its own, which is in no room.
        foreach (TypeDefinition type in assembly.MainModule.GetTypes().Where(type => type.Name != "<Module>"))
        {
            string user = Outermost(type).FullName;
            foreach ((TypeReference? used, string member) in UsesOf(type))
            {
                foreach (string name in OurNames(used))
                {
                    if (name != user)
                    {
                        yield return new Use(user, name, member);
                    }
                }
            }
        }
    }

    private static IEnumerable<(TypeReference?, string)> UsesOf(TypeDefinition type)
    {
        const string Declaration = "its declaration";
        yield return (type.BaseType, Declaration);
        foreach (TypeReference one in type.Interfaces.Select(implementation => implementation.InterfaceType).Concat(Constraints(type.GenericParameters)))
        {
            yield return (one, Declaration);
        }

        foreach (FieldDefinition field in type.Fields)
        {
            yield return (field.FieldType, field.Name);
        }

        foreach (MethodDefinition method in type.Methods)
        {
            foreach (TypeReference? one in Signature(method).Concat(Constraints(method.GenericParameters)).Concat(Body(method)))
            {
                yield return (one, method.Name);
            }
        }

        foreach (CustomAttribute attribute in type.CustomAttributes)
        {
            yield return (attribute.AttributeType, Declaration);
            foreach (CustomAttributeArgument argument in attribute.ConstructorArguments)
            {
                yield return (argument.Value as TypeReference, Declaration);
            }
        }
    }

    private static IEnumerable<TypeReference> Constraints(IEnumerable<GenericParameter> parameters) =>
        parameters.SelectMany(parameter => parameter.Constraints.Select(constraint => constraint.ConstraintType));

    private static IEnumerable<TypeReference> Signature(MethodReference method) =>
        method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType);

    private static IEnumerable<TypeReference?> Body(MethodDefinition method)
    {
        if (!method.HasBody)
        {
            return [];
        }

        return method.Body.Variables.Select(variable => (TypeReference?)variable.VariableType)
            .Concat(method.Body.ExceptionHandlers.Select(handler => (TypeReference?)handler.CatchType))
            .Concat(method.Body.Instructions.SelectMany(Operand));
    }

    private static IEnumerable<TypeReference?> Operand(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [method.DeclaringType, .. method.GenericArguments, .. Signature(method)],
        MethodReference method => [method.DeclaringType, .. Signature(method)],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    private static IEnumerable<string> OurNames(TypeReference? type)
    {
        switch (type)
        {
            case null or GenericParameter:
                return [];
            case GenericInstanceType instance:
                return OurNames(instance.ElementType).Concat(instance.GenericArguments.SelectMany(OurNames));
            case IModifierType modified:
                return OurNames(modified.ElementType).Concat(OurNames(modified.ModifierType));
            case TypeSpecification specification:
                return OurNames(specification.ElementType);
            default:
                string name = Outermost(type).FullName;
                return name.StartsWith("Vma.", StringComparison.Ordinal) ? [name] : [];
        }
    }

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
