// SPDX-License-Identifier: MIT

using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Vma.Architecture;

/// <summary>What ARCHITECTURE.md says of the library beside its arrows, read from the compiled code.</summary>
public sealed class LibraryTests
{
    private static readonly ModuleDefinition Library = ModuleDefinition.ReadModule(BuiltAssemblies.Library);

    [Theory]
    [InlineData("System.IO.Stream")]
    [InlineData("System.Threading.Tasks.Task")]
    [InlineData("System.Threading.CancellationToken")]
    public void The_format_does_not_know_streams_and_tasks(string type) =>
        Assert.DoesNotContain(MentionedIn("Vma.Format"), mentioned => mentioned.FullName.StartsWith(type, StringComparison.Ordinal));

    [Fact]
    public void The_library_never_prints() => Assert.DoesNotContain(Library.AssemblyReferences, reference => reference.Name == "System.Console");

    [Fact]
    public void The_library_never_ends_the_process() =>
        Assert.DoesNotContain(Library.GetMemberReferences(), member =>
            member.DeclaringType.FullName == "System.Environment" && member.Name is "Exit" or "FailFast");

    [Theory]
    [InlineData("System.Diagnostics.Process")]
    [InlineData("System.Net.Sockets.Socket")]
    [InlineData("System.Net.Http.HttpClient")]
    public void The_library_runs_no_program_and_opens_no_connection(string type) =>
        Assert.DoesNotContain(Library.GetTypeReferences(), reference => reference.FullName.StartsWith(type, StringComparison.Ordinal));

    [Fact]
    public void Public_types_are_in_the_root_namespace_and_all_others_in_folders()
    {
        IEnumerable<TypeDefinition> types = Library.Types.Where(type => type.Namespace.StartsWith("Vma", StringComparison.Ordinal));
        Assert.All(types, type => Assert.Equal(type.IsPublic, type.Namespace == "Vma"));
    }

    /// <summary>Every type that the types of a namespace name in signatures, fields, locals and code.</summary>
    private static HashSet<TypeReference> MentionedIn(string layer)
    {
        var mentioned = new HashSet<TypeReference>();
        foreach (TypeDefinition type in Library.GetAllTypes().Where(type => Outermost(type).Namespace == layer))
        {
            mentioned.UnionWith(type.Fields.Select(field => field.FieldType));
            foreach (MethodDefinition method in type.Methods)
            {
                mentioned.UnionWith(method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType));
                if (method.HasBody)
                {
                    mentioned.UnionWith(method.Body.Variables.Select(variable => variable.VariableType));
                    mentioned.UnionWith(method.Body.Instructions.Select(instruction => instruction.Operand).OfType<MemberReference>()
                        .Select(member => member as TypeReference ?? member.DeclaringType));
                }
            }
        }

        Assert.NotEmpty(mentioned);
        return mentioned;
    }

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
